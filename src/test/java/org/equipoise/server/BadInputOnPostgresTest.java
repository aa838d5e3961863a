package org.equipoise.server;

/** {@link BadInputTest} on PostgreSQL. */
@OnPostgres
class BadInputOnPostgresTest extends BadInputTest {}
