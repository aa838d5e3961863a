package org.equipoise.security.scope;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.equipoise.security.scope.SmartScope.Condition;
import org.equipoise.security.scope.SmartScope.Permission;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SmartScopeTest {

  private static SmartScope scope(String text) {
    return SmartScope.parse(text).orElseThrow();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "openid",
        "patient/Observation",
        "patient/Observation.",
        "patient/Observation.sr",
        "patient/Foo.rs",
        "patient/DomainResource.rs",
        "patient/*.cc",
        "patient/observation.r",
        "launch/patient",
        "practitioner/*.r",
        "patient/Observation.rs?",
        "patient/Observation.rs?category",
        "patient/Observation.rs?category=",
        "patient/Observation.rs?=x",
        "patient/Observation.rs?category=x&",
        "patient/Observation.rs?category=%",
        "user/.r",
        "system/*.READ",
        "system/*.r system/*.s"
      })
  void parse_whenMalformed_thenEmpty(String text) {
    assertThat(SmartScope.parse(text)).isEmpty();
  }

  @Test
  void parse_whenVersionOne_thenSamePermissions() {
    assertThat(scope("patient/Observation.read")).isEqualTo(scope("patient/Observation.rs"));
    assertThat(scope("patient/Observation.write")).isEqualTo(scope("patient/Observation.cud"));
    assertThat(scope("patient/*.*")).isEqualTo(scope("patient/*.cruds"));
  }

  @Test
  void parse_whenItHasAQuery_thenEveryConditionOfIt() {
    assertThat(
            scope("patient/Observation.rs?category=http://a.example/cs|laboratory&code=a%20b+c")
                .query())
        .containsExactlyInAnyOrder(
            new Condition("category", "http://a.example/cs|laboratory"),
            new Condition("code", "a b+c"));
    assertThat(scope("patient/Observation.read?code=x"))
        .isEqualTo(scope("patient/Observation.rs?code=x"));
  }

  @Test
  void covers_whenGranular_thenTheSameQueryOrANarrowerOne() {
    SmartScope registered = scope("patient/Observation.rs?category=lab");

    assertThat(scope("patient/*.cruds").covers(registered)).isTrue();
    assertThat(scope("patient/Observation.rs").covers(registered)).isTrue();
    assertThat(registered.covers(scope("patient/Observation.r?category=lab"))).isTrue();
    assertThat(registered.covers(scope("patient/Observation.r?code=1&category=lab"))).isTrue();
    assertThat(registered.covers(scope("patient/Observation.r"))).isFalse();
    assertThat(registered.covers(scope("patient/Observation.r?category=vital"))).isFalse();
    assertThat(registered.covers(scope("patient/Observation.r?code=1"))).isFalse();
  }

  @Test
  void allows_whenSubset_thenExactlyItsPermissions() {
    SmartScope scope = scope("user/Consent.cu");

    assertThat(
            Stream.of(Permission.values())
                .filter(permission -> scope.allows("Consent", permission)))
        .containsExactly(Permission.CREATE, Permission.UPDATE);
    assertThat(scope.allows("Observation", Permission.CREATE)).isFalse();
  }

  @Test
  void covers_whenWider_thenOnlyWithinItsContext() {
    assertThat(scope("system/*.cruds").covers(scope("system/Consent.r"))).isTrue();
    assertThat(scope("system/Consent.r").covers(scope("system/*.r"))).isFalse();
    assertThat(scope("system/Consent.r").covers(scope("system/Consent.rs"))).isFalse();
    assertThat(scope("user/*.cruds").covers(scope("system/Consent.r"))).isFalse();
  }
}
