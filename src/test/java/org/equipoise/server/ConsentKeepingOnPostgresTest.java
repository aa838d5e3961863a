package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class ConsentKeepingOnPostgresTest extends ConsentKeepingTest {}
