package org.equipoise.server;

/** {@link AboutMeTest} on PostgreSQL. */
@OnPostgres
class AboutMeOnPostgresTest extends AboutMeTest {}
