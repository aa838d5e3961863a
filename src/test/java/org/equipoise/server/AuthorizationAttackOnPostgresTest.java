package org.equipoise.server;

/** {@link AuthorizationAttackTest} on PostgreSQL. */
@OnPostgres
class AuthorizationAttackOnPostgresTest extends AuthorizationAttackTest {}
