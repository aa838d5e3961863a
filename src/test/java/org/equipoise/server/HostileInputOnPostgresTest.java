package org.equipoise.server;

/** {@link HostileInputTest} on PostgreSQL. */
@OnPostgres
class HostileInputOnPostgresTest extends HostileInputTest {}
