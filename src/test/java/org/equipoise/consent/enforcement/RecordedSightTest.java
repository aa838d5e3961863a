package org.equipoise.consent.enforcement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyCollection;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.SecondOpinions;
import org.junit.jupiter.api.Test;

/** How often a page asks the database. */
class RecordedSightTest {

  private static final String AI = "Device/reader";
  private static final List<String> PAGE =
      IntStream.range(0, 50).mapToObj(i -> "DocumentReference/" + i).toList();

  private final RecordedConsents consents = mock(RecordedConsents.class);
  private final AiDocuments documents = mock(AiDocuments.class);
  private final SecondOpinions opinions = mock(SecondOpinions.class);

  private RecordedSight sight() {
    Caller ai = new Caller("reader", "reader", null, null, Set.of(), AI, "ai-decision-use", null);
    return new RecordedSight(
        ai,
        new Decisions(
            consents,
            mock(DeidentifiedConsents.class),
            new ConsentPolicy(ConsentSettings.DEFAULT),
            Instant.now()),
        documents,
        mock(AiContentIndex.class),
        mock(Employers.class),
        opinions);
  }

  @Test
  void view_whenAPageIsForeseen_thenEachQuestionIsAskedOnceForAllOfIt() {
    when(opinions.isAsked(AI)).thenReturn(true);
    when(opinions.patientsOf(anyString(), anyCollection()))
        .thenReturn(Map.of("DocumentReference/7", "1", "DocumentReference/8", "2"));
    RecordedSight sight = sight();

    sight.foresee(PAGE);
    List<String> shown =
        PAGE.stream().filter(one -> sight.view(one, Set.of("1"), false) == View.SHOWN).toList();

    assertThat(shown).containsExactly("DocumentReference/7");
    verify(opinions, times(1)).isAsked(any());
    verify(opinions, times(1)).hiddenFrom(any());
    verify(opinions, times(1)).patientsOf(any(), anyCollection());
    verify(documents, times(1)).behind(any(), anyCollection());
    verify(consents, times(1)).of(anyCollection());
  }

  @Test
  void view_whenNobodyAsksTheCallerForAnOpinion_thenNothingIsLookedUpForOne() {
    RecordedSight sight = sight();

    sight.foresee(PAGE);
    PAGE.forEach(one -> sight.view(one, Set.of("1"), false));

    verify(opinions, times(1)).isAsked(AI);
    verify(opinions, never()).hiddenFrom(any());
    verify(opinions, never()).patientsOf(any(), anyCollection());
  }
}
