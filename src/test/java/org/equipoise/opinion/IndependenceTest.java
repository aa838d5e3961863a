package org.equipoise.opinion;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.opinion.Independence.Ai;
import org.equipoise.opinion.Independence.Breach;
import org.equipoise.opinion.Independence.Candidate;
import org.equipoise.opinion.Independence.Makers;
import org.equipoise.opinion.Opinions.Wanted;
import org.junit.jupiter.api.Test;

class IndependenceTest {

  private static final Wanted PLAIN = new Wanted(false, false, false);
  private static final Wanted ELSEWHERE = new Wanted(false, true, false);
  private static final Wanted WITH_AI = new Wanted(false, false, true);

  private static final Ai SCRIBE = new Ai("Device/scribe", "NoteMaker Labs", Set.of("NoteMaker"));

  private static final Makers MAKERS =
      new Makers(
          Set.of("Practitioner/author", "Device/scribe"),
          Set.of("Practitioner/signer"),
          Set.of("Organization/clinic"),
          Set.of(SCRIBE));

  private static Candidate person(String who, String... organizations) {
    return Candidate.person(who, Set.of(organizations));
  }

  private static Candidate ai(String device, String maker, String... models) {
    return new Candidate(device, Set.of(), new Ai(device, maker, Set.of(models)), true);
  }

  private static Set<Breach> breaches(Candidate candidate, Wanted wanted) {
    return Independence.breaches(MAKERS, candidate, wanted);
  }

  @Test
  void breaches_whenNobodyOfThem_thenNone() {
    assertThat(breaches(person("Practitioner/other", "Organization/clinic"), PLAIN)).isEmpty();
    assertThat(breaches(person("Practitioner/other", "Organization/b"), ELSEWHERE)).isEmpty();
    assertThat(breaches(ai("Device/b", "Other Labs", "Reader"), WITH_AI)).isEmpty();
  }

  @Test
  void breaches_whenNobodyKnowsWhoMadeTheAi_thenNamedWhoeverWroteTheDocument() {
    Makers people = new Makers(Set.of("Practitioner/author"), Set.of(), Set.of(), Set.of());

    assertThat(Independence.breaches(people, ai("Device/b", null, "Reader"), WITH_AI))
        .containsExactly(Breach.MAKER_UNKNOWN);
    assertThat(Independence.breaches(people, ai("Device/b", "Other Labs"), WITH_AI)).isEmpty();
  }

  @Test
  void breaches_whenAuthorOrAttester_thenNamed() {
    assertThat(breaches(person("Practitioner/author"), PLAIN)).containsExactly(Breach.AUTHOR);
    assertThat(breaches(person("Practitioner/signer"), PLAIN)).containsExactly(Breach.CHECKED_IT);
  }

  @Test
  void breaches_whenSameOrUnknownOrganization_thenOnlyWhereAskedFor() {
    assertThat(breaches(person("Practitioner/x", "Organization/clinic"), ELSEWHERE))
        .containsExactly(Breach.SAME_ORGANIZATION);
    assertThat(
            breaches(person("Practitioner/x", "Organization/b", "Organization/clinic"), ELSEWHERE))
        .containsExactly(Breach.SAME_ORGANIZATION);
    assertThat(breaches(person("Practitioner/x"), ELSEWHERE))
        .containsExactly(Breach.ORGANIZATION_UNKNOWN);
  }

  @Test
  void breaches_whenAiIsNotAllowedOrNoAi_thenNamed() {
    assertThat(breaches(ai("Device/b", "Other Labs", "Reader"), PLAIN))
        .containsExactly(Breach.AI_NOT_ALLOWED);
    assertThat(breaches(new Candidate("Device/scale", Set.of(), SCRIBE, false), WITH_AI))
        .containsExactly(Breach.NO_AI);
  }

  @Test
  void breaches_whenSameMakerOrModel_thenNamedHoweverItIsWritten() {
    assertThat(breaches(ai("Device/b", "notemaker-LABS ", "Reader"), WITH_AI))
        .containsExactly(Breach.SAME_MAKER);
    assertThat(breaches(ai("Device/b", "Other Labs", "note maker"), WITH_AI))
        .containsExactly(Breach.SAME_MODEL);
    assertThat(breaches(ai("Device/b", null, "Reader"), WITH_AI))
        .containsExactly(Breach.MAKER_UNKNOWN);
    assertThat(breaches(ai("Device/scribe", "NoteMaker Labs", "NoteMaker"), WITH_AI))
        .containsExactlyInAnyOrder(Breach.AUTHOR, Breach.SAME_MAKER, Breach.SAME_MODEL);
  }

  @Property
  void breaches_whenMoreIsWanted_thenNeverFewer(
      @ForAll boolean blinded,
      @ForAll boolean elsewhere,
      @ForAll boolean isAi,
      @ForAll boolean isAuthor) {
    Candidate candidate =
        isAi
            ? ai(isAuthor ? "Device/scribe" : "Device/b", "Other Labs", "Reader")
            : person(isAuthor ? "Practitioner/author" : "Practitioner/x", "Organization/clinic");
    Set<Breach> loose = breaches(candidate, new Wanted(blinded, false, true));
    Set<Breach> strict = breaches(candidate, new Wanted(blinded, elsewhere, false));

    assertThat(strict).containsAll(loose);
    assertThat(strict.contains(Breach.AUTHOR)).isEqualTo(isAuthor);
  }
}
