package org.equipoise.server;

/** {@link SharedDecisionTest} on PostgreSQL. */
@OnPostgres
class SharedDecisionOnPostgresTest extends SharedDecisionTest {}
