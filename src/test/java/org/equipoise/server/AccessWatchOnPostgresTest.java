package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class AccessWatchOnPostgresTest extends AccessWatchTest {}
