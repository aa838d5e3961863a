package org.equipoise.server;

/** {@link ConsentEngineTest} on PostgreSQL. */
@OnPostgres
class ConsentEngineOnPostgresTest extends ConsentEngineTest {}
