package org.equipoise.server;

/** {@link GranularScopesTest} on PostgreSQL. */
@OnPostgres
class GranularScopesOnPostgresTest extends GranularScopesTest {}
