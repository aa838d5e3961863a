package org.equipoise.server;

/** {@link PatientPickerTest} on PostgreSQL. */
@OnPostgres
class PatientPickerOnPostgresTest extends PatientPickerTest {}
