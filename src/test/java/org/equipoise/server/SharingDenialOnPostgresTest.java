package org.equipoise.server;

/** {@link SharingDenialTest} on PostgreSQL. */
@OnPostgres
class SharingDenialOnPostgresTest extends SharingDenialTest {}
