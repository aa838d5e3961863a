package org.equipoise.server;

/** {@link AccessReportTest} on PostgreSQL. */
@OnPostgres
class AccessReportOnPostgresTest extends AccessReportTest {}
