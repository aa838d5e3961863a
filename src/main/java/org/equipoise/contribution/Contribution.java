package org.equipoise.contribution;

import ca.uhn.fhir.parser.IParser;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.PatientObservations.Contributor;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.BaseDateTimeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;

/** What counts as contributed by a patient, by whom, and what it says. */
final class Contribution {

  private Contribution() {}

  /**
   * Whether what is written is a patient's contribution: because a patient, or who speaks for them,
   * writes it, or because whoever writes it says so by tag or label. What has a meaning of its own
   * here (a wish how to be asked, a story, a decision) is none.
   */
  static boolean isOne(Resource resource, Caller caller) {
    return isOfKind(resource)
        && (caller.isPatientSide()
            || Labels.isTagged(resource)
            || (resource instanceof Observation && Labels.isOfPatient(resource)));
  }

  /** Whether what stands in the record was contributed by a patient. */
  static boolean isMarked(Resource stored) {
    return isOfKind(stored) && Labels.isTagged(stored);
  }

  private static boolean isOfKind(Resource resource) {
    if (resource instanceof Observation observation) {
      return !hasCodeOf(observation.getCode(), Canonical.System.OBSERVATION);
    }
    return resource instanceof DocumentReference document
        && !AiDocument.isLabelled(document, Canonical.AIAST)
        && !hasCodeOf(document.getType(), Canonical.System.DOCUMENT_TYPE)
        && !hasCodeOf(document.getType(), Canonical.System.AI_INPUTS);
  }

  private static boolean hasCodeOf(CodeableConcept concept, String system) {
    return concept.getCoding().stream().map(Coding::getSystem).anyMatch(system::equals);
  }

  /** Whom it is about. */
  static Optional<IdType> patientOf(Resource resource) {
    Reference subject =
        resource instanceof Observation observation
            ? observation.getSubject()
            : ((DocumentReference) resource).getSubject();
    return patient(subject);
  }

  private static Optional<IdType> patient(Reference subject) {
    return subject.getReferenceElement() instanceof IdType id
            && "Patient".equals(id.getResourceType())
            && id.hasIdPart()
        ? Optional.of(id.toUnqualifiedVersionless())
        : Optional.empty();
  }

  /**
   * On whose word it stands: of a caller on the patient's side their own, else that of the person
   * whom the writer names.
   *
   * @return empty where nobody, or nobody of the patient's side, is named
   */
  static Optional<Contributor> contributor(Resource resource, Caller caller, Locale language) {
    if (caller.isPatientSide()) {
      return caller
          .patient()
          .map(
              patient ->
                  new Contributor(
                      patient, caller.person().orElseThrow().toUnqualifiedVersionless(), language));
    }
    List<Reference> named =
        resource instanceof Observation observation
            ? observation.getPerformer()
            : ((DocumentReference) resource).getAuthor();
    return patientOf(resource)
        .flatMap(
            patient ->
                named.stream()
                    .map(Reference::getReferenceElement)
                    .filter(id -> id.hasIdPart() && isOfPatientSide(id.getResourceType()))
                    .map(id -> new IdType(id.getResourceType(), id.getIdPart()))
                    .findFirst()
                    .map(person -> new Contributor(patient, person, language)));
  }

  private static boolean isOfPatientSide(String type) {
    return "Patient".equals(type) || "RelatedPerson".equals(type);
  }

  /** The language that a patient prefers, where we speak it; else English. */
  static Locale languageOf(Patient patient) {
    return patient.getCommunication().stream()
        .sorted((one, other) -> Boolean.compare(other.getPreferred(), one.getPreferred()))
        .flatMap(one -> one.getLanguage().getCoding().stream())
        .flatMap(code -> ContributionWords.spoken(code.getCode()).stream())
        .findFirst()
        .orElse(Locale.ENGLISH);
  }

  /** Whether it was taken back, by whoever sent it. */
  static boolean isTakenBack(Resource resource) {
    return resource instanceof Observation observation
        ? observation.getStatus() == ObservationStatus.ENTEREDINERROR
            || observation.getStatus() == ObservationStatus.CANCELLED
        : ((DocumentReference) resource).hasStatus()
            && ((DocumentReference) resource).getStatus() != DocumentReferenceStatus.CURRENT;
  }

  /**
   * Whether two say the same, in what their sender says: not in what the server adds, nor in how a
   * number or a time is written.
   */
  static boolean saySame(Resource one, Resource other) {
    return said(one).equals(said(other));
  }

  private static String said(Resource resource) {
    IParser parser = FhirR4.context().newJsonParser();
    if (resource instanceof DocumentReference document) {
      DocumentReference said = new DocumentReference();
      said.setRelatesTo(document.getRelatesTo());
      said.setDescription(document.getDescription());
      for (DocumentReference.DocumentReferenceContentComponent content : document.getContent()) {
        Attachment attachment = content.getAttachment();
        said.addContent()
            .getAttachment()
            .setContentType(attachment.getContentType())
            .setLanguage(attachment.getLanguage())
            .setData(attachment.getData())
            .setUrl(attachment.getUrl())
            .setTitle(attachment.getTitle());
      }
      return parser.encodeResourceToString(said);
    }
    Observation observation = (Observation) resource;
    Observation said = new Observation();
    said.setCode(code(observation.getCode()));
    said.setValue(plain(observation.getValue()));
    said.setDataAbsentReason(observation.getDataAbsentReason());
    said.setBodySite(observation.getBodySite()).setMethod(observation.getMethod());
    said.setDevice(observation.getDevice());
    said.setDerivedFrom(observation.getDerivedFrom());
    for (ObservationComponentComponent component : observation.getComponent()) {
      said.addComponent()
          .setCode(code(component.getCode()))
          .setValue(plain(component.getValue()))
          .setDataAbsentReason(component.getDataAbsentReason());
    }
    for (Annotation note : observation.getNote()) {
      said.addNote().setText(note.getText());
    }
    return parser.encodeResourceToString(said) + times(observation.getEffective());
  }

  /** One moment, in whatever time zone it is written. */
  private static List<Date> times(Type effective) {
    if (effective instanceof Period period) {
      return Arrays.asList(period.getStart(), period.getEnd());
    }
    return effective instanceof BaseDateTimeType time ? Arrays.asList(time.getValue()) : List.of();
  }

  private static CodeableConcept code(CodeableConcept code) {
    CodeableConcept plain = new CodeableConcept().setText(code.getText());
    code.getCoding()
        .forEach(one -> plain.addCoding().setSystem(one.getSystem()).setCode(one.getCode()));
    return plain;
  }

  /** 68.40 kg is 68.4 kg, whatever else the app writes beside it. */
  private static Type plain(Type value) {
    if (!(value instanceof Quantity quantity) || !quantity.hasValue()) {
      return value;
    }
    Quantity plain = new Quantity().setSystem(quantity.getSystem()).setCode(quantity.getCode());
    plain.setValueElement(
        new DecimalType(quantity.getValue().stripTrailingZeros().toPlainString()));
    plain.setComparator(quantity.getComparator());
    return plain;
  }
}
