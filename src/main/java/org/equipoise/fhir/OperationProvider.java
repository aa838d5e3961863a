package org.equipoise.fhir;

/** Marks a HAPI provider of operations, so that the server finds and registers it. */
public interface OperationProvider {}
