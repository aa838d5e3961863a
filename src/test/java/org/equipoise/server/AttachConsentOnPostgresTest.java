package org.equipoise.server;

/** {@link AttachConsentTest} on PostgreSQL. */
@OnPostgres
class AttachConsentOnPostgresTest extends AttachConsentTest {}
