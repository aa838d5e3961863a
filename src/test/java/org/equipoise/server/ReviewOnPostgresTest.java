package org.equipoise.server;

/** {@link ReviewTest} on PostgreSQL. */
@OnPostgres
class ReviewOnPostgresTest extends ReviewTest {}
