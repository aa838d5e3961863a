package org.equipoise.server;

/** {@link MaskedReadsTest} on PostgreSQL. */
@OnPostgres
class MaskedReadsOnPostgresTest extends MaskedReadsTest {}
