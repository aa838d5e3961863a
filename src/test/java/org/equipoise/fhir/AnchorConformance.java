package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CanonicalType;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.ElementDefinition;
import org.hl7.fhir.r4.model.ElementDefinition.TypeRefComponent;
import org.hl7.fhir.r4.model.Enumerations.BindingStrength;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.StructureDefinition;
import org.hl7.fhir.r4.model.StructureDefinition.TypeDerivationRule;
import org.hl7.fhir.r4.model.ValueSet;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Checks what we write against the standards it claims to fit: HL7 AI Transparency, and the US Core
 * profiles of DocumentReference, Provenance and vital signs. Their definitions are not ours to
 * ship; they are read from the folder of test data.
 */
public final class AnchorConformance {

  private static final String AI_PROFILES = Canonical.AI_TRANSPARENCY + "/StructureDefinition/";
  private static final String US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition/";

  private static final Map<String, String> AI_COUNTERPARTS =
      Map.of(
          Canonical.Profile.AI_DEVICE, AI_PROFILES + "AI-Device",
          Canonical.Profile.MODEL_CARD, AI_PROFILES + "AI-ModelCard",
          Canonical.Profile.AI_PROVENANCE, AI_PROFILES + "AI-Provenance");

  /**
   * US Core profiles that the two name as targets of references and that are not among the data.
   * Each is stood in for by its base type without further constraints.
   */
  private static final Map<String, String> STAND_INS =
      Map.of(
          US_CORE + "us-core-careteam", "CareTeam",
          US_CORE + "us-core-patient", "Patient",
          US_CORE + "us-core-device", "Device",
          US_CORE + "us-core-organization", "Organization",
          US_CORE + "us-core-practitionerrole", "PractitionerRole",
          US_CORE + "us-core-relatedperson", "RelatedPerson",
          US_CORE + "us-core-encounter", "Encounter");

  private final IValidationSupport support;
  private final FhirValidator validator;
  private final List<StructureDefinition> anchors = new ArrayList<>();

  private AnchorConformance(Path data) {
    FhirContext context = FhirR4.context();
    PrePopulatedValidationSupport theirs = new PrePopulatedValidationSupport(context);
    for (String folder : List.of("hl7-aitransparency", "us-core")) {
      for (Resource resource : read(data.resolve(folder))) {
        if (resource instanceof StructureDefinition definition) {
          theirs.addStructureDefinition(definition);
          anchors.add(definition);
        } else if (resource instanceof CodeSystem) {
          theirs.addCodeSystem(resource);
        } else if (resource instanceof ValueSet) {
          theirs.addValueSet(resource);
        }
      }
    }
    STAND_INS.forEach((url, type) -> theirs.addStructureDefinition(standIn(url, type)));

    // Theirs come before our copies of them.
    support = RecordValidation.chain(context, Definitions.shared(), List.of(theirs));
    FhirInstanceValidator module = new FhirInstanceValidator(support);
    module.setAssumeValidRestReferences(true);
    module.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    validator = context.newValidator().registerValidatorModule(module);
  }

  /**
   * With the definitions in the folder that the system property {@code equipoise.test-data} names;
   * empty, so that a test can be skipped, where it is blank. One for the JVM, since it takes
   * seconds to get warm.
   */
  public static Optional<AnchorConformance> ofTestData() {
    return Holder.OF_TEST_DATA;
  }

  /**
   * Checks each entry against the anchor profiles that are meant for it.
   *
   * @param bundle with a fullUrl for each entry; it has to hold what the entries refer to (Device,
   *     model card, Practitioner, Organization), since rules that follow a reference see the Bundle
   *     only. It is not changed.
   * @return errors and warnings; one that starts with {@code ERROR} is a breach
   */
  public List<String> check(Bundle bundle) {
    Bundle claiming = bundle.copy();
    for (Bundle.BundleEntryComponent entry : claiming.getEntry()) {
      entry.getResource().getMeta().setProfile(new ArrayList<>());
      anchorsOf(entry.getResource()).forEach(entry.getResource().getMeta()::addProfile);
    }
    return validator.validateWithResult(claiming).getMessages().stream()
        .filter(message -> message.getSeverity() != ResultSeverityEnum.INFORMATION)
        .filter(message -> !isAboutDateTimesAlone(message))
        .map(AnchorConformance::line)
        .toList();
  }

  /**
   * R4's vital signs take a Period; their rule vs-1 is about dateTimes, as its words say, but its
   * expression is false of any Period.
   */
  private static boolean isAboutDateTimesAlone(SingleValidationMessage message) {
    return message.getMessage().contains("vs-1:")
        && message.getLocationString().endsWith(".effective.ofType(Period)");
  }

  /** Those of {@link #check} that are breaches. */
  public List<String> breaches(Bundle bundle) {
    return check(bundle).stream()
        .filter(line -> line.startsWith("ERROR") || line.startsWith("FATAL"))
        .toList();
  }

  /** The profiles of others that a resource of ours is meant to conform to. */
  static List<String> anchorsOf(Resource resource) {
    List<String> profiles = new ArrayList<>();
    ProfileSelection.of(resource).map(AI_COUNTERPARTS::get).ifPresent(profiles::add);
    if (resource instanceof Provenance) {
      profiles.add(US_CORE + "us-core-provenance");
    }
    // A model card is a DocumentReference about no patient, so no US Core document.
    if (resource instanceof DocumentReference document && document.hasSubject()) {
      profiles.add(US_CORE + "us-core-documentreference");
    }
    if (resource instanceof Observation observation
        && observation.getCategory().stream()
            .anyMatch(
                category ->
                    category.hasCoding(Canonical.System.OBSERVATION_CATEGORY, "vital-signs"))) {
      profiles.add(US_CORE + "us-core-vital-signs");
    }
    return profiles;
  }

  /**
   * Bindings of the anchor profiles in use that could not be checked, since their value set is not
   * at hand: {@code profile element value-set (strength)}.
   */
  public Set<String> uncheckedBindings() {
    Set<String> unchecked = new TreeSet<>();
    for (StructureDefinition anchor : anchors) {
      if (inUse(anchor)) {
        for (ElementDefinition element : anchor.getDifferential().getElement()) {
          BindingStrength strength = element.getBinding().getStrength();
          String valueSet = element.getBinding().getValueSet();
          boolean binding =
              strength == BindingStrength.REQUIRED || strength == BindingStrength.EXTENSIBLE;
          if (binding && support.fetchValueSet(Definitions.unversioned(valueSet)) == null) {
            unchecked.add(
                "%s %s %s (%s)"
                    .formatted(anchor.getIdPart(), element.getId(), valueSet, strength.toCode()));
          }
        }
      }
    }
    return unchecked;
  }

  /** Profiles named as targets of references that were stood in for by their base type. */
  public Set<String> uncheckedTargets() {
    Set<String> targets = new TreeSet<>();
    anchors.stream()
        .filter(AnchorConformance::inUse)
        .flatMap(anchor -> anchor.getDifferential().getElement().stream())
        .flatMap(element -> element.getType().stream())
        .map(TypeRefComponent::getTargetProfile)
        .flatMap(List::stream)
        .map(CanonicalType::getValue)
        .filter(STAND_INS::containsKey)
        .forEach(targets::add);
    return targets;
  }

  private static boolean inUse(StructureDefinition anchor) {
    return anchor.getUrl().startsWith(Canonical.AI_TRANSPARENCY)
        || anchor.getUrl().equals(US_CORE + "us-core-documentreference")
        || anchor.getUrl().equals(US_CORE + "us-core-provenance")
        || anchor.getUrl().equals(US_CORE + "us-core-vital-signs");
  }

  private static StructureDefinition standIn(String url, String type) {
    StructureDefinition definition = new StructureDefinition();
    definition.setUrl(url).setName(type + "StandIn");
    definition
        .setKind(StructureDefinition.StructureDefinitionKind.RESOURCE)
        .setAbstract(false)
        .setType(type)
        .setBaseDefinition("http://hl7.org/fhir/StructureDefinition/" + type)
        .setDerivation(TypeDerivationRule.CONSTRAINT);
    definition.getDifferential().addElement().setPath(type).setId(type);
    return definition;
  }

  private static List<Resource> read(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      List<Resource> resources = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        resources.add(
            (Resource) FhirR4.context().newJsonParser().parseResource(Files.readString(file)));
      }
      return resources;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + folder, e);
    }
  }

  private static String line(SingleValidationMessage message) {
    return "%s %s %s"
        .formatted(message.getSeverity(), message.getLocationString(), message.getMessage());
  }

  private static final class Holder {
    private static final Optional<AnchorConformance> OF_TEST_DATA =
        Optional.ofNullable(System.getProperty("equipoise.test-data"))
            .filter(folder -> !folder.isBlank())
            .map(folder -> new AnchorConformance(Path.of(folder)));
  }
}
