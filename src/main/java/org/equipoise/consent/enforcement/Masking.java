package org.equipoise.consent.enforcement;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.r4.model.AllergyIntolerance;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Condition;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Encounter;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Immunization;
import org.hl7.fhir.r4.model.MedicationRequest;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Procedure;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;

/**
 * What is left of a resource for training on de-identified data: a list, for each type, of what
 * stays (codes, values, the year), and nothing else. Names, text, narrative, notes, identifiers,
 * extensions, exact times, versions and everybody but the patient as a bare reference go; a type
 * without a list is withheld whole. Logical ids stay, or nothing could be put together: whoever
 * trains may not join them with the record again.
 */
final class Masking implements WriteRule {

  /** Data was removed (HL7 v3 ObservationValue). */
  static final String REDACTED = "REDACTED";

  /** Not the whole resource (FHIR R4, section 3.1.0.8). */
  static final String SUBSETTED = "SUBSETTED";

  private static final Map<String, UnaryOperator<Resource>> LISTS =
      Map.of(
          "AllergyIntolerance", resource -> of((AllergyIntolerance) resource),
          "Condition", resource -> of((Condition) resource),
          "Encounter", resource -> of((Encounter) resource),
          "Immunization", resource -> of((Immunization) resource),
          "MedicationRequest", resource -> of((MedicationRequest) resource),
          "Observation", resource -> of((Observation) resource),
          "Patient", resource -> of((Patient) resource),
          "Procedure", resource -> of((Procedure) resource));

  /** Search parameters over what stays; by any other, what was taken out could be guessed. */
  private static final Set<String> OVER_WHAT_STAYS =
      Set.of(
          "_id",
          "category",
          "class",
          "clinical-status",
          "code",
          "code-value-concept",
          "code-value-quantity",
          "gender",
          "intent",
          "patient",
          "severity",
          "status",
          "subject",
          "type",
          "vaccine-code",
          "value-concept",
          "value-quantity",
          "verification-status");

  /** Whether a Consent is for de-identified data alone. */
  static boolean isAskedFor(Consent consent) {
    return consent.getPolicy().stream()
        .anyMatch(policy -> Canonical.DEIDENTIFIED_POLICY.equals(policy.getUri()));
  }

  /** Of an allergy only this stays; its code is searched together with substances that do not. */
  private static final Set<String> OVER_WHAT_STAYS_OF_ALLERGIES =
      Set.of("_id", "clinical-status", "patient", "verification-status");

  /** Whether anything is left of resources of this type. */
  static boolean isFor(String type) {
    return LISTS.containsKey(type);
  }

  /** Whether a search by these parameters tells of what stays alone. */
  static boolean finds(String type, Set<String> searchedBy) {
    Set<String> open =
        type.equals("AllergyIntolerance") ? OVER_WHAT_STAYS_OF_ALLERGIES : OVER_WHAT_STAYS;
    return isFor(type) && open.containsAll(searchedBy);
  }

  /** Whether this is what {@link #mask} left of something. */
  static boolean isMasked(Resource resource) {
    return resource.getMeta().getSecurity(Canonical.System.OBSERVATION_VALUE, REDACTED) != null
        && resource.getMeta().getTag(Canonical.System.OBSERVATION_VALUE, SUBSETTED) != null;
  }

  /**
   * A new resource of what stays, without a version: no cache can take it for the original.
   *
   * @throws IllegalArgumentException where nothing stays of the type
   */
  static Resource mask(Resource resource) {
    if (isMasked(resource)) {
      return resource;
    }
    if (!isFor(resource.fhirType())) {
      throw new IllegalArgumentException("Nothing is left of " + resource.fhirType());
    }
    Resource masked = LISTS.get(resource.fhirType()).apply(resource);
    masked.setId(new IdType(resource.fhirType(), resource.getIdElement().getIdPart()));
    masked
        .getMeta()
        .addSecurity(new Coding().setSystem(Canonical.System.OBSERVATION_VALUE).setCode(REDACTED))
        .addTag(new Coding().setSystem(Canonical.System.OBSERVATION_VALUE).setCode(SUBSETTED));
    return masked;
  }

  /** It would overwrite the original by the little that is left of it. */
  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (isMasked(incoming)) {
      throw Refusal.businessRule(
          incoming.fhirType() + ".meta.tag",
          incoming.fhirType()
              + ".meta.tag: this is marked as what was left of a resource after data was removed"
              + " (REDACTED, SUBSETTED); it cannot be stored");
    }
  }

  private static Resource of(Patient patient) {
    Patient left = new Patient();
    left.setGender(patient.getGender());
    if (patient.hasBirthDate()) {
      left.setBirthDateElement(new DateType(year(patient.getBirthDateElement())));
    }
    return left;
  }

  private static Resource of(Observation observation) {
    Observation left = new Observation();
    left.setStatus(observation.getStatus());
    left.setCategory(codes(observation.getCategory()));
    left.setCode(codes(observation.getCode()));
    left.setSubject(patient(observation.getSubject()));
    left.setEffective(year(observation.getEffective()));
    left.setValue(value(observation.getValue()));
    left.setInterpretation(codes(observation.getInterpretation()));
    observation
        .getComponent()
        .forEach(
            component ->
                left.addComponent()
                    .setCode(codes(component.getCode()))
                    .setValue(value(component.getValue())));
    return left;
  }

  private static Resource of(Condition condition) {
    Condition left = new Condition();
    left.setClinicalStatus(codes(condition.getClinicalStatus()));
    left.setVerificationStatus(codes(condition.getVerificationStatus()));
    left.setCategory(codes(condition.getCategory()));
    left.setSeverity(codes(condition.getSeverity()));
    left.setCode(codes(condition.getCode()));
    left.setSubject(patient(condition.getSubject()));
    left.setOnset(year(condition.getOnset()));
    return left;
  }

  private static Resource of(AllergyIntolerance allergy) {
    AllergyIntolerance left = new AllergyIntolerance();
    left.setClinicalStatus(codes(allergy.getClinicalStatus()));
    left.setVerificationStatus(codes(allergy.getVerificationStatus()));
    left.setCode(codes(allergy.getCode()));
    left.setPatient(patient(allergy.getPatient()));
    left.setOnset(year(allergy.getOnset()));
    return left;
  }

  private static Resource of(Encounter encounter) {
    Encounter left = new Encounter();
    left.setStatus(encounter.getStatus());
    left.setClass_(code(encounter.getClass_()));
    left.setType(codes(encounter.getType()));
    left.setSubject(patient(encounter.getSubject()));
    if (encounter.hasPeriod()) {
      left.setPeriod((Period) year(encounter.getPeriod()));
    }
    return left;
  }

  private static Resource of(Immunization immunization) {
    Immunization left = new Immunization();
    left.setStatus(immunization.getStatus());
    left.setVaccineCode(codes(immunization.getVaccineCode()));
    left.setPatient(patient(immunization.getPatient()));
    left.setOccurrence(year(immunization.getOccurrence()));
    return left;
  }

  private static Resource of(MedicationRequest request) {
    MedicationRequest left = new MedicationRequest();
    left.setStatus(request.getStatus());
    left.setIntent(request.getIntent());
    left.setCategory(codes(request.getCategory()));
    if (request.getMedication() instanceof CodeableConcept medication) {
      left.setMedication(codes(medication));
    }
    left.setSubject(patient(request.getSubject()));
    if (request.hasAuthoredOn()) {
      left.setAuthoredOnElement(new DateTimeType(year(request.getAuthoredOnElement())));
    }
    return left;
  }

  private static Resource of(Procedure procedure) {
    Procedure left = new Procedure();
    left.setStatus(procedure.getStatus());
    left.setCategory(codes(procedure.getCategory()));
    left.setCode(codes(procedure.getCode()));
    left.setSubject(patient(procedure.getSubject()));
    left.setPerformed(year(procedure.getPerformed()));
    return left;
  }

  private static List<CodeableConcept> codes(List<CodeableConcept> concepts) {
    return concepts.stream().map(Masking::codes).toList();
  }

  /** Codes without words: text and display may be anybody's. */
  private static CodeableConcept codes(CodeableConcept concept) {
    CodeableConcept left = new CodeableConcept();
    concept.getCoding().forEach(coding -> left.addCoding(code(coding)));
    return left;
  }

  private static Coding code(Coding coding) {
    return new Coding().setSystem(coding.getSystem()).setCode(coding.getCode());
  }

  private static Type value(Type value) {
    if (value instanceof Quantity quantity) {
      return new Quantity()
          .setValue(quantity.getValue())
          .setComparator(quantity.getComparator())
          .setUnit(quantity.getUnit())
          .setSystem(quantity.getSystem())
          .setCode(quantity.getCode());
    }
    return value instanceof CodeableConcept concept ? codes(concept) : null;
  }

  private static Reference patient(Reference reference) {
    return "Patient".equals(reference.getReferenceElement().getResourceType())
        ? new Reference("Patient/" + reference.getReferenceElement().getIdPart())
        : null;
  }

  private static Type year(Type when) {
    if (when instanceof BaseDateTimeType time && time.hasValue()) {
      return new DateTimeType(year(time));
    }
    if (when instanceof Period period) {
      Period left = new Period();
      if (period.hasStart()) {
        left.setStartElement(new DateTimeType(year(period.getStartElement())));
      }
      if (period.hasEnd()) {
        left.setEndElement(new DateTimeType(year(period.getEndElement())));
      }
      return left;
    }
    return null;
  }

  private static String year(BaseDateTimeType time) {
    return time.getValueAsString().substring(0, "yyyy".length());
  }
}
