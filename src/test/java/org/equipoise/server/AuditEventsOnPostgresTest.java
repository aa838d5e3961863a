package org.equipoise.server;

/** {@link AuditEventsTest} on PostgreSQL. */
@OnPostgres
class AuditEventsOnPostgresTest extends AuditEventsTest {}
