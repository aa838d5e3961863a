package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class ConsentGuardrailsOnPostgresTest extends ConsentGuardrailsTest {}
