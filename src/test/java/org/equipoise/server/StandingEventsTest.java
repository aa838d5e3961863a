package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.AccessEvent.Outcome;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.Standing;
import org.junit.jupiter.api.Test;

/** Events that are kept only where a condition holds in the moment of keeping. */
class StandingEventsTest extends ServerTest {

  private final String request = UUID.randomUUID().toString();

  private List<AccessEvent> events(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            i ->
                new AccessEvent(
                    request,
                    Door.SEARCH,
                    null,
                    Outcome.SUCCESS,
                    200,
                    new Agent("app", null, null, null, null, Ground.SERVICE, "127.0.0.1"),
                    "standing-" + i,
                    List.of("Observation/o" + i + "/_history/1"),
                    0,
                    "Observation?code=a,b",
                    null,
                    null))
        .toList();
  }

  private static Standing holds(boolean holds) {
    return new Standing("exists (select 1 from eqp_lock where slot = ?)", List.of(holds ? 1 : -1));
  }

  private Integer kept() {
    return jdbc.queryForObject(
        "select count(*) from eqp_access_event where request = ? and entities is not null"
            + " and person is null and status = 200 and query = 'Observation?code=a,b'",
        Integer.class,
        request);
  }

  @Test
  void keepWhile_whenConditionHolds_thenAllAreKept() {
    assertThat(bean(AccessLog.class).keepWhile(holds(true), events(3))).isTrue();
    assertThat(kept()).isEqualTo(3);
  }

  @Test
  void keepWhile_whenMoreThanAStatementTakes_thenAllAreKept() {
    assertThat(bean(AccessLog.class).keepWhile(holds(true), events(1_500))).isTrue();
    assertThat(kept()).isEqualTo(1_500);
  }

  @Test
  void keepWhile_whenConditionDoesNotHold_thenNoneIsKept() {
    assertThat(bean(AccessLog.class).keepWhile(holds(false), events(1_500))).isFalse();
    assertThat(kept()).isZero();
  }
}
