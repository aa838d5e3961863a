package org.equipoise.server;

import java.util.Collections;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.security.access.Interactions;

/**
 * The resource types that this server knows. R4 has 146; a type that nothing here needs is attack
 * surface, start-up time and noise in the capability statement, so its DAO and provider are never
 * created. {@code docs/resource-types.md} says what each is for.
 */
public final class ServedTypes {

  /** Records: read, searched and written by REST. */
  public static final Set<String> RECORDS =
      sorted(
          "AllergyIntolerance",
          "Binary",
          "CarePlan",
          "CareTeam",
          "Communication",
          "Composition",
          "Condition",
          "Consent",
          "Coverage",
          "Device",
          "DiagnosticReport",
          "DocumentReference",
          "Encounter",
          "Goal",
          "Group",
          "Immunization",
          "List",
          "Location",
          "Media",
          "Medication",
          "MedicationDispense",
          "MedicationRequest",
          "Observation",
          "Organization",
          "Patient",
          "Practitioner",
          "PractitionerRole",
          "Procedure",
          "Provenance",
          "QuestionnaireResponse",
          "RelatedPerson",
          "ServiceRequest",
          "Specimen",
          "Task");

  /** What the server logs, in a store of its own: read and searched by REST. */
  public static final Set<String> LOGS = Interactions.LOGS;

  /** Types whose DAO HAPI itself needs to start, although REST never reaches it. */
  static final Set<String> INTERNAL =
      sorted("CodeSystem", "ConceptMap", "SearchParameter", "StructureDefinition", "ValueSet");

  private ServedTypes() {}

  private static Set<String> sorted(String... types) {
    return Collections.unmodifiableSet(new TreeSet<>(Set.of(types)));
  }
}
