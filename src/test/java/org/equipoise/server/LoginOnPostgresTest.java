package org.equipoise.server;

/** {@link LoginTest} on PostgreSQL. */
@OnPostgres
class LoginOnPostgresTest extends LoginTest {}
