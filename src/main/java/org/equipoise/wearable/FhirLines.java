package org.equipoise.wearable;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.parser.IParser;
import ca.uhn.fhir.parser.StrictErrorHandler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.HalfCharacters;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Reference;

/**
 * FHIR R4 as NDJSON: one Observation a line, its device contained, referred to or unsaid.
 *
 * <p>An Observation that is nothing but a measure of ours with a time, a value and a device becomes
 * a value of its day; its id, identifiers, {@code issued} and narrative are then not kept. Any
 * other is kept as it is.
 */
final class FhirLines implements RecordReader {

  private final FhirContext context;
  private final String patientId;

  /**
   * @param patientId the one patient that the file may be about
   */
  FhirLines(FhirContext context, String patientId) {
    this.context = context;
    this.patientId = patientId;
  }

  @Override
  public void read(InputStream file, long skip, Sink sink) throws IOException {
    IParser parser = context.newJsonParser().setParserErrorHandler(new StrictErrorHandler());
    Lines lines = new Lines(file);
    long number = 0;
    for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
      number++;
      if (number > skip && (line.problem() != null || !line.text().isEmpty())) {
        sink.accept(number, reading(line, parser));
      }
    }
  }

  private Reading reading(Lines.Line line, IParser parser) {
    if (line.problem() != null) {
      return new Reading.Refused(IssueType.STRUCTURE, line.problem());
    }
    if (line.text().contains("\\u0000")) {
      return new Reading.Refused(IssueType.STRUCTURE, "The line holds the character NUL (U+0000)");
    }
    Optional<String> broken = HalfCharacters.in(line.text());
    if (broken.isPresent()) {
      return Reading.Refused.ofHalfCharacter(broken.get());
    }
    try {
      IBaseResource resource = parser.parseResource(line.text());
      return resource instanceof Observation observation
          ? reading(observation)
          : new Reading.Refused(
              IssueType.NOTSUPPORTED,
              "It is a "
                  + resource.fhirType()
                  + "; this takes Observations, their Device contained",
              "type " + resource.fhirType());
    } catch (RuntimeException e) {
      // Whatever a parser makes of a bad line, the next one may be good.
      boolean cut = !line.ended() && !line.text().endsWith("}");
      return new Reading.Refused(
          IssueType.STRUCTURE,
          cut
              ? "The file ends in the middle of this line: what came before it was taken"
              : "The line is no FHIR R4 resource: "
                  + Words.quoted(String.valueOf(e.getMessage()).replaceAll("HAPI-\\d+: ", "")));
    }
  }

  private Reading reading(Observation observation) {
    if (observation.hasSubject() && !isThePatient(observation.getSubject())) {
      return new Reading.Refused(
          IssueType.BUSINESSRULE, "Its subject is somebody else than the patient of this call");
    }
    if (observation.getStatus() == ObservationStatus.ENTEREDINERROR) {
      return new Reading.Refused(
          IssueType.BUSINESSRULE, "It is entered-in-error: what stands here is not taken back so");
    }
    When when;
    try {
      when = When.of(observation.getEffective());
    } catch (When.Unusable e) {
      return new Reading.Refused(IssueType.VALUE, e.getMessage());
    }
    Source source;
    try {
      source = source(observation);
    } catch (When.Unusable e) {
      return new Reading.Refused(IssueType.STRUCTURE, e.getMessage());
    }
    return simple(observation, when, source, new Reading.Whole(observation, source));
  }

  private boolean isThePatient(Reference subject) {
    String reference = subject.getReference();
    return reference == null
        ? !subject.hasIdentifier()
        : new IdType(reference).toVersionless().getValue().equals("Patient/" + patientId);
  }

  private static Source source(Observation observation) throws When.Unusable {
    if (!observation.hasDevice()) {
      return Source.UNKNOWN;
    }
    Reference reference = observation.getDevice();
    if (reference.getResource() instanceof Device device) {
      return Source.of(description(device));
    }
    IdType id = new IdType(reference.getReference());
    if (reference.hasReference() && !"Device".equals(id.getResourceType())) {
      throw new When.Unusable("Its device is no Device: " + Words.quoted(reference.getReference()));
    }
    if (id.hasBaseUrl()) {
      throw new When.Unusable(
          "Its device is of another server: name it as Device/id, or contain it");
    }
    return reference.hasReference()
        ? Source.at(id.toUnqualifiedVersionless().getValue())
        : Source.of(Source.Description.named(reference.getDisplay()));
  }

  private static Source.Description description(Device device) {
    return new Source.Description(
        device.hasDeviceName() ? device.getDeviceNameFirstRep().getName() : null,
        device.getManufacturer(),
        device.getModelNumber(),
        null,
        device.getSerialNumber(),
        device.hasIdentifier()
            ? device.getIdentifierFirstRep().getSystem()
                + "|"
                + device.getIdentifierFirstRep().getValue()
            : null);
  }

  /** Only where nothing is lost; else {@code whole}. */
  private Reading simple(Observation observation, When when, Source source, Reading.Whole whole) {
    if (!(observation.getValue() instanceof Quantity quantity)
        || !quantity.hasValue()
        || quantity.hasComparator()
        || quantity.hasExtension()
        || Numbers.useful(quantity.getValue()).isEmpty()
        || observation.getStatus() != ObservationStatus.FINAL
        || !isBare(observation)
        || !Measure.UCUM.equals(quantity.getSystem())) {
      return whole;
    }
    return observation.getCode().getCoding().stream()
        .filter(coding -> Canonical.System.LOINC.equals(coding.getSystem()))
        .flatMap(coding -> Measure.of(coding.getCode(), quantity.getCode()).stream())
        .filter(measure -> isNothingBut(observation.getCode(), measure))
        .findFirst()
        .<Reading>map(
            measure ->
                new Reading.Value(measure, quantity.getCode(), when, quantity.getValue(), source))
        .orElse(whole);
  }

  private static boolean isNothingBut(CodeableConcept code, Measure measure) {
    return !code.hasExtension()
        && code.getCoding().stream()
            .allMatch(
                (Coding coding) ->
                    Canonical.System.LOINC.equals(coding.getSystem())
                        && measure.codes().contains(coding.getCode()));
  }

  private boolean isBare(Observation observation) {
    return !observation.hasExtension()
        && !observation.hasModifierExtension()
        && !observation.hasBasedOn()
        && !observation.hasPartOf()
        && !observation.hasFocus()
        && !observation.hasEncounter()
        && !observation.hasDataAbsentReason()
        && !observation.hasInterpretation()
        && !observation.hasNote()
        && !observation.hasBodySite()
        && !observation.hasMethod()
        && !observation.hasSpecimen()
        && !observation.hasReferenceRange()
        && !observation.hasHasMember()
        && !observation.hasDerivedFrom()
        && !observation.hasComponent()
        && observation.getPerformer().stream().allMatch(this::isThePatient)
        && observation.getMeta().getSecurity().stream().allMatch(FhirLines::isOfOrigin)
        && observation.getCategory().stream().allMatch(FhirLines::isOfTheMeasure)
        && (observation.getContained().isEmpty()
            || (observation.getContained().size() == 1
                && observation.getContained().get(0) instanceof Device));
  }

  /** What the server says anyway. */
  private static boolean isOfOrigin(Coding label) {
    return Canonical.System.OBSERVATION_VALUE.equals(label.getSystem())
        && (Canonical.PATAST.equals(label.getCode()) || Canonical.DEVRPT.equals(label.getCode()));
  }

  private static boolean isOfTheMeasure(CodeableConcept category) {
    return category.getCoding().stream()
        .allMatch(coding -> Canonical.System.OBSERVATION_CATEGORY.equals(coding.getSystem()));
  }
}
