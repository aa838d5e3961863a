package org.equipoise.visits;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.ResultSeverityEnum;
import ca.uhn.fhir.validation.SingleValidationMessage;
import ca.uhn.fhir.validation.ValidationOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.PrePopulatedValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.CodeSystem;
import org.hl7.fhir.r4.model.CodeSystem.ConceptDefinitionComponent;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/** Validates with the compiled profiles alone: no server, no network. */
final class ProfileCheck {

  private final FhirContext context = FhirContext.forR4();
  private final FhirValidator validator = context.newValidator();

  ProfileCheck() {
    context.getParserOptions().setDontStripVersionsFromReferencesAtPaths("Provenance.target");
    DefaultProfileValidationSupport core = new DefaultProfileValidationSupport(context);
    PrePopulatedValidationSupport ours = new PrePopulatedValidationSupport(context);
    definitions().forEach(ours::addResource);
    ours.addCodeSystem(withAiLabel(core));
    FhirInstanceValidator instances = new FhirInstanceValidator(new ValidationSupportChain(
        ours, core, new CommonCodeSystemsTerminologyService(context),
        new InMemoryTerminologyServerValidationSupport(context)));
    instances.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    validator.registerValidatorModule(instances);
  }

  /** Fails on any error; {@code profile} may be null for base R4. */
  void requireValid(Resource resource, String profile) {
    ValidationOptions options = new ValidationOptions();
    if (profile != null) {
      options.addProfile(profile);
    }
    List<SingleValidationMessage> errors = validator.validateWithResult(resource, options).getMessages().stream()
        .filter(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .toList();
    assertThat(errors).as(context.newJsonParser().encodeResourceToString(resource)).isEmpty();
  }

  /** HAPI's bundled copy of the code system is older than the label AIAST. */
  private static CodeSystem withAiLabel(DefaultProfileValidationSupport core) {
    CodeSystem labels = ((CodeSystem) core.fetchCodeSystem(Canonical.System.OBSERVATION_VALUE)).copy();
    labels.getConcept().add(new ConceptDefinitionComponent().setCode(Canonical.AIAST));
    return labels;
  }

  private Stream<Resource> definitions() {
    try (Stream<Path> files =
        Files.list(Path.of(ProfileCheck.class.getResource("/fhir-profiles").toURI()))) {
      return files.filter(file -> file.toString().endsWith(".json")).map(this::parsed).toList().stream();
    } catch (IOException | URISyntaxException e) {
      throw new IllegalStateException("The compiled profiles are not on the class path", e);
    }
  }

  private Resource parsed(Path file) {
    try {
      return (Resource) context.newJsonParser().parseResource(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
