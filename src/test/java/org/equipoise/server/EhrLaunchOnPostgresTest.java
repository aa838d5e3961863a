package org.equipoise.server;

/** {@link EhrLaunchTest} on PostgreSQL. */
@OnPostgres
class EhrLaunchOnPostgresTest extends EhrLaunchTest {}
