package org.equipoise;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import java.util.stream.Stream;

/** Holds the walls of the house: features know the shared vocabulary, never each other. */
@AnalyzeClasses(packages = "org.equipoise", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final String[] FEATURES = {
    "org.equipoise.aidocument..",
    "org.equipoise.explanation..",
    "org.equipoise.consent..",
    "org.equipoise.contribution..",
    "org.equipoise.decision..",
    "org.equipoise.review..",
    "org.equipoise.transparency..",
    "org.equipoise.wearable..",
    "org.equipoise.aboutme..",
    "org.equipoise.audit..",
    "org.equipoise.everything..",
    "org.equipoise.opinion.."
  };

  @ArchTest
  static final ArchRule featuresNeverImportEachOther =
      CompositeArchRule.of(
          Stream.of(FEATURES).map(ArchitectureTest::importsNoOtherFeature).toList());

  private static ArchRule importsNoOtherFeature(String feature) {
    String[] others =
        Stream.of(FEATURES).filter(other -> !other.equals(feature)).toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(feature)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others);
  }

  @ArchTest
  static final ArchRule roomsOfConsentFormNoCycle =
      slices().matching("org.equipoise.consent.(*)..").should().beFreeOfCycles();

  /** What stood beside the rooms would be in none, and so in no cycle. */
  @ArchTest
  static final ArchRule allOfConsentStandsInARoom =
      noClasses()
          .that()
          .doNotHaveSimpleName("package-info")
          .should()
          .resideInAPackage("org.equipoise.consent");

  @ArchTest
  static final ArchRule vocabularyImportsNothingOfOurs =
      noClasses()
          .that()
          .resideInAPackage("org.equipoise.fhir..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.equipoise..")
                  .and(resideOutsideOfPackages("org.equipoise.fhir..")));

  @ArchTest
  static final ArchRule securityKnowsNoFeature =
      noClasses()
          .that()
          .resideInAPackage("org.equipoise.security..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "org.equipoise.server..",
              "org.equipoise.aidocument..",
              "org.equipoise.explanation..",
              "org.equipoise.consent..",
              "org.equipoise.contribution..",
              "org.equipoise.decision..",
              "org.equipoise.review..",
              "org.equipoise.transparency..",
              "org.equipoise.wearable..",
              "org.equipoise.app..",
              "org.equipoise.demo..");

  @ArchTest
  static final ArchRule pagesKnowSecurityAndVocabularyOnly =
      noClasses()
          .that()
          .resideInAPackage("org.equipoise.app..")
          .should()
          .dependOnClassesThat(
              resideInAnyPackage("org.equipoise..")
                  .and(
                      resideOutsideOfPackages(
                          "org.equipoise.app..",
                          "org.equipoise.security..",
                          "org.equipoise.fhir..")));

  @ArchTest
  static final ArchRule nobodyKnowsThePages =
      noClasses()
          .that()
          .resideOutsideOfPackage("org.equipoise.app..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.equipoise.app..");

  @ArchTest
  static final ArchRule featuresKnowNoServer =
      noClasses()
          .that()
          .resideInAnyPackage(FEATURES)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.equipoise.server..", "org.equipoise.demo..");

  @ArchTest
  static final ArchRule providersAreThin =
      classes()
          .that()
          .implement("org.equipoise.fhir.OperationProvider")
          .should()
          .haveSimpleNameEndingWith("Provider");

  /** But a command, which has nobody else to speak to. */
  @ArchTest
  static final ArchRule nobodyPrints =
      noClasses().that().doNotBelongToAnyOf(EquipoiseServer.class).should(ACCESS_STANDARD_STREAMS);
}
