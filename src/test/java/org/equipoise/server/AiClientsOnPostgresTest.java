package org.equipoise.server;

/** {@link AiClientsTest} on PostgreSQL. */
@OnPostgres
class AiClientsOnPostgresTest extends AiClientsTest {}
