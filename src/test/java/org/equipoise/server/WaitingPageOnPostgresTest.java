package org.equipoise.server;

/** {@link WaitingPageTest} on PostgreSQL. */
@OnPostgres
class WaitingPageOnPostgresTest extends WaitingPageTest {}
