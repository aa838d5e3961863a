package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.DefaultProfileValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport;
import ca.uhn.fhir.context.support.IValidationSupport.IssueSeverity;
import ca.uhn.fhir.validation.FhirValidator;
import ca.uhn.fhir.validation.IInstanceValidatorModule;
import ca.uhn.fhir.validation.ValidationOptions;
import ca.uhn.fhir.validation.ValidationResult;
import java.time.Duration;
import java.util.List;
import org.hl7.fhir.common.hapi.validation.support.InMemoryTerminologyServerValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.SnapshotGeneratingValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.UnknownCodeSystemWarningValidationSupport;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain;
import org.hl7.fhir.common.hapi.validation.support.ValidationSupportChain.CacheConfiguration;
import org.hl7.fhir.common.hapi.validation.validator.FhirInstanceValidator;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r5.utils.validation.constants.BestPracticeWarningLevel;

/**
 * Checks resources against R4 and against our profiles, from definitions on the class path alone:
 * no database, no network. Safe for many threads. Use the {@linkplain #shared() shared} one: it
 * takes seconds to get warm.
 *
 * <p>HL7's validator reads its whole registry of OIDs ({@code oidregistry.csv}, 1.5 MB) at each
 * validation, two thirds of the time that one takes, and looks into it only to resolve addresses,
 * which is not done here. An empty file of that name comes first on our class path. It may go once
 * the validator reads its registry once.
 */
public final class RecordValidation {

  private final IValidationSupport support;
  private final IInstanceValidatorModule module;
  private final FhirValidator validator;

  /**
   * @param context gives the parser; has to keep versions of references ({@link FhirR4})
   * @param definitions our profiles and terminology
   */
  public RecordValidation(FhirContext context, Definitions definitions) {
    this(context, chain(context, definitions, List.of()));
  }

  private RecordValidation(FhirContext context, IValidationSupport support) {
    this.support = support;
    this.module = module(support);
    this.validator = context.newValidator().registerValidatorModule(module);
  }

  /** The one of the JVM, made at the first call. */
  public static RecordValidation shared() {
    return Holder.SHARED;
  }

  /**
   * Checks against R4, against the profile that {@link ProfileSelection} says, and against the
   * known profiles that the resource itself claims in {@code meta.profile}. An unknown one is a
   * warning.
   *
   * @return messages; it is {@linkplain ValidationResult#isSuccessful() successful} where none is
   *     an error
   */
  public ValidationResult validate(Resource resource) {
    ValidationOptions options = new ValidationOptions();
    ProfileSelection.of(resource).ifPresent(options::addProfile);
    return validator.validateWithResult(resource, options);
  }

  /** Like {@link #validate(Resource)}, against one profile more. */
  public ValidationResult validate(Resource resource, String profile) {
    ValidationOptions options = new ValidationOptions().addProfile(profile);
    ProfileSelection.of(resource)
        .filter(selected -> !selected.equals(profile))
        .ifPresent(options::addProfile);
    return validator.validateWithResult(resource, options);
  }

  /**
   * Validates every published example once, so that the first write of a user is not the slow one.
   */
  public void warmUp() {
    Definitions.examples().forEach(this::validate);
  }

  /** The definitions and terminology behind it, for parts of HAPI that ask for them. */
  public IValidationSupport support() {
    return support;
  }

  /** The validator itself, for parts of HAPI that take one. It does not select our profiles. */
  public IInstanceValidatorModule module() {
    return module;
  }

  /**
   * @param before further support, asked before ours but after the completed core terminology
   */
  static IValidationSupport chain(
      FhirContext context, Definitions definitions, List<IValidationSupport> before) {
    DefaultProfileValidationSupport core = new DefaultProfileValidationSupport(context);
    UnknownCodeSystemWarningValidationSupport unknownSystems =
        new UnknownCodeSystemWarningValidationSupport(context);
    // LOINC and its like are not shipped; their codes are not ours to judge.
    unknownSystems.setNonExistentCodeSystemSeverity(IssueSeverity.WARNING);

    // Nothing in the chain changes while the JVM lives, so the cache has no reason to forget.
    ValidationSupportChain chain =
        new ValidationSupportChain(
            CacheConfiguration.defaultValues().setCacheTimeout(Duration.ofDays(365)));
    chain.addValidationSupport(CoreTerminology.complete(core));
    before.forEach(chain::addValidationSupport);
    chain.addValidationSupport(new DefinitionsSupport(context, definitions));
    chain.addValidationSupport(core);
    chain.addValidationSupport(new LanguageTags(context));
    chain.addValidationSupport(new InMemoryTerminologyServerValidationSupport(context));
    // For definitions of others that come without snapshots; ours have them.
    chain.addValidationSupport(new SnapshotGeneratingValidationSupport(context));
    chain.addValidationSupport(unknownSystems);
    // A local code beside a standard one is welcome: R4 wants one coding of the value set, HAPI by
    // default all.
    chain.setCodeableConceptValidationSuccessfulIfNotAllCodingsAreValid(true);
    return chain;
  }

  private static FhirInstanceValidator module(IValidationSupport support) {
    FhirInstanceValidator validator = new FhirInstanceValidator(support);
    // Without this the target types of references are not checked at all.
    validator.setAssumeValidRestReferences(true);
    // Records come from systems that claim profiles of their own.
    validator.setErrorForUnknownProfiles(false);
    // A narrative in each resource, say, is good advice; it is not the server's to give at every
    // write.
    validator.setBestPracticeWarningLevel(BestPracticeWarningLevel.Ignore);
    return validator;
  }

  private static final class Holder {
    private static final RecordValidation SHARED =
        new RecordValidation(FhirR4.context(), Definitions.shared());
  }
}
