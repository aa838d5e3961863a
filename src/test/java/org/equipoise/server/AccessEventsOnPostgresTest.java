package org.equipoise.server;

/** {@link AccessEventsTest} on PostgreSQL. */
@OnPostgres
class AccessEventsOnPostgresTest extends AccessEventsTest {}
