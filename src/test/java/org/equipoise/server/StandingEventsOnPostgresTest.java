package org.equipoise.server;

/** {@link StandingEventsTest} on PostgreSQL. */
@OnPostgres
class StandingEventsOnPostgresTest extends StandingEventsTest {}
