package org.equipoise.server;

/** {@link ParkingTest} on PostgreSQL. */
@OnPostgres
class ParkingOnPostgresTest extends ParkingTest {}
