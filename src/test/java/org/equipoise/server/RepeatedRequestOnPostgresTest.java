package org.equipoise.server;

/** {@link RepeatedRequestTest} on PostgreSQL. */
@OnPostgres
class RepeatedRequestOnPostgresTest extends RepeatedRequestTest {}
