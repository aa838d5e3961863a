package org.equipoise.server;

/** {@link FailureInjectionTest} on PostgreSQL. */
@OnPostgres
class FailureInjectionOnPostgresTest extends FailureInjectionTest {}
