package org.equipoise.server;

/** {@link ConsentedVisitsTest} on PostgreSQL. */
@OnPostgres
class ConsentedVisitsOnPostgresTest extends ConsentedVisitsTest {}
