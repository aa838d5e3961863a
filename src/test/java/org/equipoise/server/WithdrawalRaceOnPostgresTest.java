package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class WithdrawalRaceOnPostgresTest extends WithdrawalRaceTest {}
