package org.equipoise.server;

/** {@link LabelPropagationTest} on PostgreSQL. */
@OnPostgres
class LabelPropagationOnPostgresTest extends LabelPropagationTest {}
