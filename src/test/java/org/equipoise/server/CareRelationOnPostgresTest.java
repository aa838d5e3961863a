package org.equipoise.server;

/** {@link CareRelationTest} on PostgreSQL. */
@OnPostgres
class CareRelationOnPostgresTest extends CareRelationTest {}
