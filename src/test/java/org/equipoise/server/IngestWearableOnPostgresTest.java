package org.equipoise.server;

/** {@link IngestWearableTest} on PostgreSQL. */
@OnPostgres
class IngestWearableOnPostgresTest extends IngestWearableTest {}
