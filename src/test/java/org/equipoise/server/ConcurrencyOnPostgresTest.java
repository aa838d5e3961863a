package org.equipoise.server;

/** {@link ConcurrencyTest} on PostgreSQL. */
@OnPostgres
class ConcurrencyOnPostgresTest extends ConcurrencyTest {}
