package org.equipoise.server;

/** {@link LoginTest} on PostgreSQL. */
@OnPostgres
class FreshLoginOnPostgresTest extends FreshLoginTest {}
