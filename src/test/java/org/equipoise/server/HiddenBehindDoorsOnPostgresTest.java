package org.equipoise.server;

/** The same on PostgreSQL. */
@OnPostgres
class HiddenBehindDoorsOnPostgresTest extends HiddenBehindDoorsTest {}
