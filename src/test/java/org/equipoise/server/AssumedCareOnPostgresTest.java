package org.equipoise.server;

/** {@link AssumedCareTest} on PostgreSQL. */
@OnPostgres
class AssumedCareOnPostgresTest extends AssumedCareTest {}
