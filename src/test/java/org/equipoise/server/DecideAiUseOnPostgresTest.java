package org.equipoise.server;

/** {@link DecideAiUseTest} on PostgreSQL. */
@OnPostgres
class DecideAiUseOnPostgresTest extends DecideAiUseTest {}
