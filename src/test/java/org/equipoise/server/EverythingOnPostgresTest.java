package org.equipoise.server;

/** {@link EverythingTest} on PostgreSQL. */
@OnPostgres
class EverythingOnPostgresTest extends EverythingTest {}
