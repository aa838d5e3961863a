package org.equipoise.audit.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.WithNull;
import org.equipoise.audit.watch.Circumstances.AgentDay;
import org.equipoise.fhir.AccessEvent.Ground;

class HabitPropertyTest {

  private static final UnusualAccess RULES = new UnusualAccess(UnusualSettings.DEFAULT);

  private static List<Flag> flags(int today, List<Integer> days, Integer ofKind) {
    return RULES.judge(
        TestAccesses.by(Ground.CARE).stored(),
        new Circumstances(
            Map.of(),
            Set.of(),
            Map.of(
                new AgentDay("Practitioner/d1", LocalDate.of(2026, 11, 18)),
                new Habit(today, days, ofKind)),
            Map.of(),
            Set.of()));
  }

  @Property
  void judge_whenFewPatients_thenNeverTooMany(
      @ForAll @IntRange(max = 20) int today,
      @ForAll @Size(max = 28) List<@IntRange(max = 5000) Integer> days,
      @ForAll @WithNull @IntRange(max = 5000) Integer ofKind) {
    assertThat(flags(today, days, ofKind)).isEmpty();
  }

  @Property
  void judge_whenDaysComeInAnotherOrder_thenJudgedAlike(
      @ForAll @IntRange(max = 5000) int today,
      @ForAll @Size(max = 28) List<@IntRange(max = 200) Integer> days,
      @ForAll @IntRange(max = 200) int ofKind,
      @ForAll Random random) {
    List<Integer> shuffled = new ArrayList<>(days);
    Collections.shuffle(shuffled, random);

    assertThat(flags(today, shuffled, ofKind)).isEqualTo(flags(today, days, ofKind));
  }

  @Property
  void judge_whenOneMorePatient_thenNeverLessUnusual(
      @ForAll @IntRange(max = 5000) int today,
      @ForAll @Size(max = 28) List<@IntRange(max = 200) Integer> days,
      @ForAll @IntRange(max = 200) int ofKind) {
    if (!flags(today, days, ofKind).isEmpty()) {
      assertThat(flags(today + 1, days, ofKind)).isNotEmpty();
    }
  }

  @Property
  void judge_whenOneDayStoodOut_thenWhatIsUsualHardlyMoves(
      @ForAll @Size(min = 5, max = 27) List<@IntRange(min = 10, max = 20) Integer> days,
      @ForAll @IntRange(max = 100_000) int outlier) {
    List<Integer> withOutlier = new ArrayList<>(days);
    withOutlier.add(outlier);

    assertThat(new Habit(0, withOutlier, null).usual(5).orElseThrow()).isBetween(10, 20);
  }
}
