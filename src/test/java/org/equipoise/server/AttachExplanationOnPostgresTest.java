package org.equipoise.server;

/** {@link AttachExplanationTest} on PostgreSQL. */
@OnPostgres
class AttachExplanationOnPostgresTest extends AttachExplanationTest {}
