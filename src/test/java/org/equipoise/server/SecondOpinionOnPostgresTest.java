package org.equipoise.server;

/** {@link SecondOpinionTest} on PostgreSQL. */
@OnPostgres
class SecondOpinionOnPostgresTest extends SecondOpinionTest {}
