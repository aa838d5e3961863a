package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class ParkedContentOnPostgresTest extends ParkedContentTest {}
