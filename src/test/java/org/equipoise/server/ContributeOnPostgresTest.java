package org.equipoise.server;

/** {@link ContributeTest} on PostgreSQL. */
@OnPostgres
class ContributeOnPostgresTest extends ContributeTest {}
