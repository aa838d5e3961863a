package org.equipoise.server;

/** {@link PlainWriteTest} on PostgreSQL. */
@OnPostgres
class PlainWriteOnPostgresTest extends PlainWriteTest {}
