package org.equipoise.server;

/** {@link AiTransparencyTest} on PostgreSQL. */
@OnPostgres
class AiTransparencyOnPostgresTest extends AiTransparencyTest {}
