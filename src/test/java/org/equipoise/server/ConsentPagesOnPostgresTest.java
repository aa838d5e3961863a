package org.equipoise.server;

/** {@link ConsentPagesTest} on PostgreSQL. */
@OnPostgres
class ConsentPagesOnPostgresTest extends ConsentPagesTest {}
