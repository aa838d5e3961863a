package org.equipoise.server;

/** {@link WhoLookedTest} on PostgreSQL. */
@OnPostgres
class WhoLookedOnPostgresTest extends WhoLookedTest {}
