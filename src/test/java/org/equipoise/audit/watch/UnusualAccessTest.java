package org.equipoise.audit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.audit.watch.Circumstances.AgentDay;
import org.equipoise.audit.watch.Circumstances.AgentMinute;
import org.equipoise.audit.watch.UnusualSettings.Hours;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.TreatingClinicians.Treatment;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.Practitioner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnusualAccessTest {

  private static final UnusualSettings SETTINGS = UnusualSettings.DEFAULT;

  private static List<Rule> rules(TestAccesses access, Circumstances circumstances) {
    return rules(SETTINGS, access, circumstances);
  }

  private static List<Rule> rules(
      UnusualSettings settings, TestAccesses access, Circumstances circumstances) {
    return new UnusualAccess(settings)
        .judge(access.stored(), circumstances).stream().map(Flag::rule).toList();
  }

  private static Circumstances people(Practitioner practitioner, Patient patient) {
    return new Circumstances(
        Map.of("Practitioner/d1", Identity.of(practitioner), "Patient/p1", Identity.of(patient)),
        Set.of(),
        Map.of(),
        Map.of(),
        Set.of());
  }

  private static Circumstances treatments(Treatment... treatments) {
    return new Circumstances(Map.of(), Set.of(treatments), Map.of(), Map.of(), Set.of());
  }

  private static Practitioner clinician(String family) {
    Practitioner practitioner = new Practitioner();
    practitioner.addName().setFamily(family).addGiven("Ada");
    return practitioner;
  }

  private static Patient patient(String family) {
    Patient patient = new Patient();
    patient.addName().setFamily(family).addGiven("Ada");
    return patient;
  }

  // ---- what is usual

  @ParameterizedTest
  @EnumSource(
      value = Ground.class,
      names = {"CARE", "ASKED", "SERVICE", "OVERSIGHT", "OWN", "REPRESENTATIVE"})
  void judge_whenDoorStoodOpenForAReason_thenUsual(Ground ground) {
    assertThat(rules(TestAccesses.by(ground), Circumstances.NONE)).isEmpty();
  }

  @Test
  void judge_whenAnotherSystemTold_thenNotJudged() {
    assertThat(
            rules(TestAccesses.by(Ground.BREAK_GLASS).from("other-hospital"), Circumstances.NONE))
        .isEmpty();
  }

  @Test
  void judge_whenNoPatient_thenUsual() {
    assertThat(rules(TestAccesses.by(Ground.BREAK_GLASS).patient(null), Circumstances.NONE))
        .isEmpty();
  }

  @Test
  void judge_whenNothingWasFound_thenNothingWasSeen() {
    assertThat(rules(TestAccesses.by(Ground.NONE), people(clinician("Berg"), patient("Berg"))))
        .isEmpty();
  }

  @Test
  void judge_whenServerFailed_thenNothingWasSeen() {
    assertThat(rules(TestAccesses.by(Ground.BREAK_GLASS).status(500), Circumstances.NONE))
        .isEmpty();
  }

  @Test
  void judge_whenRuleOff_thenNotHeld() {
    assertThat(
            rules(off(Rule.BREAK_GLASS), TestAccesses.by(Ground.BREAK_GLASS), Circumstances.NONE))
        .isEmpty();
  }

  // ---- care

  @Test
  void judge_whenHouseOpenAndNoCare_thenNoCareRelation() {
    assertThat(rules(TestAccesses.by(Ground.WHOLE_HOUSE), Circumstances.NONE))
        .containsExactly(Rule.NO_CARE_RELATION);
  }

  @Test
  void judge_whenListOfOnesPatients_thenUsualAndWhoIsLookedForByNameIsJudged() {
    assertThat(
            rules(
                TestAccesses.by(Ground.WHOLE_HOUSE).door(Door.SEARCH, AccessEvent.CHOOSE_PATIENT),
                Circumstances.NONE))
        .isEmpty();
    assertThat(
            rules(
                TestAccesses.by(Ground.WHOLE_HOUSE).door(Door.SEARCH, AccessEvent.FIND_PATIENT),
                Circumstances.NONE))
        .containsExactly(Rule.NO_CARE_RELATION);
  }

  @Test
  void judge_whenHouseOpenAndTreats_thenUsual() {
    assertThat(
            rules(
                TestAccesses.by(Ground.WHOLE_HOUSE),
                treatments(new Treatment("Practitioner/d1", "p1"))))
        .isEmpty();
  }

  @Test
  void judge_whenHouseOpenAndTreatsAnotherPatient_thenNoCareRelation() {
    assertThat(
            rules(
                TestAccesses.by(Ground.WHOLE_HOUSE),
                treatments(
                    new Treatment("Practitioner/d1", "p2"),
                    new Treatment("Practitioner/d2", "p1"))))
        .containsExactly(Rule.NO_CARE_RELATION);
  }

  @Test
  void judge_whenGlassBroken_thenBreakGlassAlone() {
    assertThat(rules(TestAccesses.by(Ground.BREAK_GLASS), Circumstances.NONE))
        .containsExactly(Rule.BREAK_GLASS);
  }

  @Test
  void judge_whenGlassIsBroken_thenTheOperationItself() {
    assertThat(
            rules(
                TestAccesses.by(Ground.NONE).door(Door.OPERATION, "break-glass"),
                Circumstances.NONE))
        .containsExactly(Rule.BREAK_GLASS);
  }

  // ---- names

  @ParameterizedTest
  @CsvSource({
    "García, GARCIA",
    "Müller-Schmidt, Schmidt",
    "O'Neill, O\u2019Neill",
    "de la Cruz, De La Cruz",
    "Ng, Ng"
  })
  void judge_whenNamesAreTheSame_thenSameFamilyName(String one, String other) {
    assertThat(rules(TestAccesses.by(Ground.CARE), people(clinician(one), patient(other))))
        .containsExactly(Rule.SAME_FAMILY_NAME);
  }

  @ParameterizedTest
  @CsvSource({"Meier, Meyer", "Schmidt, Schmidtke", "de la Cruz, de la Torre", "-, -"})
  void judge_whenNamesDiffer_thenUsual(String one, String other) {
    assertThat(rules(TestAccesses.by(Ground.CARE), people(clinician(one), patient(other))))
        .isEmpty();
  }

  @Test
  void judge_whenFormerName_thenSameFamilyName() {
    Patient married = patient("Lind");
    married.addName().setFamily("Berg");

    assertThat(rules(TestAccesses.by(Ground.CARE), people(clinician("Berg"), married)))
        .containsExactly(Rule.SAME_FAMILY_NAME);
  }

  @ParameterizedTest
  @EnumSource(
      value = Ground.class,
      names = {"OWN", "REPRESENTATIVE"})
  void judge_whenPatientOrTheirRepresentative_thenUsual(Ground ground) {
    assertThat(rules(TestAccesses.by(ground), people(clinician("Berg"), patient("Berg"))))
        .isEmpty();
  }

  @Test
  void judge_whenOfficerIsOfTheFamily_thenSameFamilyName() {
    assertThat(rules(TestAccesses.by(Ground.OVERSIGHT), people(clinician("Berg"), patient("Berg"))))
        .containsExactly(Rule.SAME_FAMILY_NAME);
  }

  @Test
  void judge_whenSameIdentifier_thenOwnRecordAlone() {
    Practitioner practitioner = clinician("Berg");
    practitioner.addIdentifier().setSystem("urn:ssn").setValue("1");
    Patient patient = patient("Berg");
    patient.addIdentifier().setSystem("urn:ssn").setValue("1");

    assertThat(rules(TestAccesses.by(Ground.CARE), people(practitioner, patient)))
        .containsExactly(Rule.OWN_RECORD);
  }

  @Test
  void judge_whenSameValueOfAnotherSystem_thenAnotherPerson() {
    Practitioner practitioner = clinician("Berg");
    practitioner.addIdentifier().setSystem("urn:staff").setValue("1");
    practitioner.addIdentifier().setValue("2");
    Patient patient = patient("Lind");
    patient.addIdentifier().setSystem("urn:patients").setValue("1");
    patient.addIdentifier().setValue("2");

    assertThat(rules(TestAccesses.by(Ground.CARE), people(practitioner, patient))).isEmpty();
  }

  @Test
  void judge_whenSameNameAndDayOfBirth_thenOwnRecord() {
    Practitioner practitioner = clinician("Berg");
    practitioner.setBirthDateElement(new DateType("1980-02-29"));
    Patient patient = patient("Berg");
    patient.setBirthDateElement(new DateType("1980-02-29"));

    assertThat(rules(TestAccesses.by(Ground.CARE), people(practitioner, patient)))
        .containsExactly(Rule.OWN_RECORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1980", "1980-02"})
  void judge_whenBirthDateIsVague_thenMerelySameFamilyName(String birthDate) {
    Practitioner practitioner = clinician("Berg");
    practitioner.setBirthDateElement(new DateType(birthDate));
    Patient patient = patient("Berg");
    patient.setBirthDateElement(new DateType(birthDate));

    assertThat(rules(TestAccesses.by(Ground.CARE), people(practitioner, patient)))
        .containsExactly(Rule.SAME_FAMILY_NAME);
  }

  // ---- hours

  @ParameterizedTest
  @CsvSource({
    "2026-11-18T06:59:59Z, true", // 06:59 in Lisbon, a Wednesday
    "2026-11-18T07:00:00Z, false",
    "2026-11-18T19:59:59Z, false",
    "2026-11-18T20:00:00Z, true",
    "2026-11-22T12:00:00Z, true", // a Sunday
    "2026-07-15T06:30:00Z, false" // summer: 07:30
  })
  void judge_whenHoursAreSet_thenOutOfHoursOutside(String moment, boolean isUnusual) {
    UnusualSettings settings =
        hours("07:00", "20:00", Set.of(DayOfWeek.WEDNESDAY), ZoneId.of("Europe/Lisbon"));

    assertThat(
            rules(settings, TestAccesses.by(Ground.CARE).at(moment), Circumstances.NONE)
                .contains(Rule.OUT_OF_HOURS))
        .isEqualTo(isUnusual);
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-18T23:00:00Z, false", // the shift that began on Wednesday
    "2026-11-19T05:59:00Z, false",
    "2026-11-19T06:00:00Z, true",
    "2026-11-19T23:00:00Z, true",
    "2026-11-18T05:00:00Z, true"
  })
  void judge_whenShiftGoesOverMidnight_thenItsWholeNightIsOpen(String moment, boolean isUnusual) {
    UnusualSettings settings =
        hours("22:00", "06:00", Set.of(DayOfWeek.WEDNESDAY), ZoneId.of("UTC"));

    assertThat(
            rules(settings, TestAccesses.by(Ground.CARE).at(moment), Circumstances.NONE)
                .contains(Rule.OUT_OF_HOURS))
        .isEqualTo(isUnusual);
  }

  @Test
  void judge_whenNoHoursAreSet_thenAnyHourIsUsual() {
    assertThat(rules(TestAccesses.by(Ground.CARE).at("2026-11-22T03:00:00Z"), Circumstances.NONE))
        .isEmpty();
  }

  @Test
  void judge_whenServiceWorksAtNight_thenUsual() {
    UnusualSettings settings =
        hours("07:00", "20:00", Set.of(DayOfWeek.WEDNESDAY), ZoneId.of("UTC"));

    assertThat(
            rules(
                settings,
                TestAccesses.byAi("ai-documentation").at("2026-11-22T03:00:00Z"),
                Circumstances.NONE))
        .isEmpty();
  }

  // ---- AI

  @ParameterizedTest
  @ValueSource(strings = {"ai-training", "ai-sharing"})
  void judge_whenAiThatReadsWrites_thenOutsidePurpose(String purpose) {
    assertThat(rules(TestAccesses.byAi(purpose).door(Door.CREATE, null), Circumstances.NONE))
        .containsExactly(Rule.AI_OUTSIDE_PURPOSE);
    assertThat(rules(TestAccesses.byAi(purpose), Circumstances.NONE)).isEmpty();
  }

  @Test
  void judge_whenScribeWroteNothingInTime_thenOutsidePurpose() {
    Circumstances unwritten = new Circumstances(Map.of(), Set.of(), Map.of(), Map.of(), Set.of(1L));

    assertThat(rules(TestAccesses.byAi("ai-documentation"), unwritten))
        .containsExactly(Rule.AI_OUTSIDE_PURPOSE);
    assertThat(rules(TestAccesses.byAi("ai-documentation").id(2), unwritten)).isEmpty();
  }

  @Test
  void judge_whenScribeWrites_thenUsual() {
    assertThat(
            rules(
                TestAccesses.byAi("ai-documentation").door(Door.CREATE, null), Circumstances.NONE))
        .isEmpty();
  }

  // ---- refusals

  private static Circumstances refusals(Map<String, Integer> byMinute) {
    Map<AgentMinute, Integer> counted =
        byMinute.entrySet().stream()
            .collect(
                java.util.stream.Collectors.toMap(
                    one -> AgentMinute.of("Practitioner/d1", Instant.parse(one.getKey())),
                    Map.Entry::getValue));
    return new Circumstances(Map.of(), Set.of(), Map.of(), counted, Set.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {403, 404})
  void judge_whenRefusedOften_thenRepeatedRefusals(int status) {
    assertThat(
            new UnusualAccess(SETTINGS)
                .judge(
                    TestAccesses.by(Ground.NONE).patient(null).status(status).stored(),
                    refusals(Map.of("2026-11-18T12:00:00Z", 12, "2026-11-18T11:56:00Z", 8))))
        .containsExactly(new Flag(Rule.REPEATED_REFUSALS, 20, 0));
  }

  @Test
  void judge_whenRefusedLongBefore_thenUsual() {
    assertThat(
            rules(
                TestAccesses.by(Ground.NONE).status(404),
                refusals(Map.of("2026-11-18T12:00:00Z", 12, "2026-11-18T11:55:00Z", 8))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 400, 409, 412, 422, 500})
  void judge_whenNotTurnedAway_thenNoRefusal(int status) {
    assertThat(
            rules(
                TestAccesses.by(Ground.CARE).status(status),
                refusals(Map.of("2026-11-18T12:00:00Z", 100))))
        .isEmpty();
  }

  @Test
  void judge_whenPatientsAppProbes_thenRepeatedRefusals() {
    Agent app = new Agent("app", "Practitioner/d1", null, null, null, Ground.OWN, "127.0.0.1");

    assertThat(
            rules(
                TestAccesses.by(Ground.OWN).agent(app).status(404),
                refusals(Map.of("2026-11-18T12:00:00Z", 20))))
        .containsExactly(Rule.REPEATED_REFUSALS);
  }

  // ---- habit

  @Test
  void judge_whenManyMoreThanOwnHabit_thenSaysHowMany() {
    Habit habit = new Habit(31, List.of(8, 12, 10, 9, 11), 500);

    assertThat(
            new UnusualAccess(SETTINGS)
                .judge(TestAccesses.by(Ground.CARE).stored(), habit("Practitioner/d1", habit)))
        .containsExactly(new Flag(Rule.MORE_THAN_USUAL, 31, 10));
  }

  @Test
  void judge_whenNew_thenHeldToOthersLikeThem() {
    assertThat(
            rules(
                TestAccesses.by(Ground.CARE),
                habit("Practitioner/d1", new Habit(91, List.of(1, 1, 1, 1), 30))))
        .containsExactly(Rule.MORE_THAN_USUAL);
    assertThat(
            rules(
                TestAccesses.by(Ground.CARE),
                habit("Practitioner/d1", new Habit(90, List.of(1, 1, 1, 1), 30))))
        .isEmpty();
  }

  @Test
  void judge_whenNothingIsKnownOfAnybody_thenNotJudged() {
    assertThat(
            rules(
                TestAccesses.by(Ground.CARE),
                habit("Practitioner/d1", new Habit(5000, List.of(), null))))
        .isEmpty();
  }

  private static Circumstances habit(String agent, Habit habit) {
    return new Circumstances(
        Map.of(),
        Set.of(),
        Map.of(new AgentDay(agent, LocalDate.of(2026, 11, 18)), habit),
        Map.of(),
        Set.of());
  }

  // ---- words

  @ParameterizedTest
  @EnumSource(Rule.class)
  void words_whenAnyRule_thenEnglishAndSpanishDiffer(Rule rule) {
    assertThat(rule.words("en").display()).isNotBlank().isNotEqualTo(rule.words("es").display());
    assertThat(rule.words("en").definition())
        .isNotBlank()
        .isNotEqualTo(rule.words("es").definition());
    assertThat(Rule.of(rule.code())).contains(rule);
  }

  private static UnusualSettings off(Rule rule) {
    return with(Set.of(rule), null, ZoneId.of("UTC"));
  }

  private static UnusualSettings hours(
      String opens, String closes, Set<DayOfWeek> days, ZoneId zone) {
    return with(Set.of(), new Hours(LocalTime.parse(opens), LocalTime.parse(closes), days), zone);
  }

  private static UnusualSettings with(Set<Rule> off, Hours hours, ZoneId zone) {
    return new UnusualSettings(
        off,
        zone,
        hours,
        20,
        new BigDecimal(3),
        28,
        5,
        20,
        Duration.ofMinutes(5),
        Duration.ofHours(24));
  }
}
