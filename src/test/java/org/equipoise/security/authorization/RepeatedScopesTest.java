package org.equipoise.security.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Nobody is asked the same thing twice. */
class RepeatedScopesTest {

  private static SortedSet<String> leftOut(boolean clinician, String... scopes) {
    return RepeatedScopes.leftOut(new TreeSet<>(List.of(scopes)), clinician);
  }

  @Test
  void leftOut_whenPatientOrRepresentative_thenUserAndPatientAreOne() {
    assertThat(leftOut(false, "openid", "patient/*.rs", "user/*.rs", "patient/*.read"))
        .containsExactly("openid", "patient/*.rs");
    assertThat(leftOut(false, "user/*.rs", "user/*.read")).containsExactly("user/*.rs");
    assertThat(leftOut(false, "user/*.read", "patient/*.read")).containsExactly("patient/*.read");
  }

  @Test
  void leftOut_whenClinician_thenUserAndPatientAreTwo() {
    assertThat(leftOut(true, "patient/*.rs", "user/*.rs", "user/*.read"))
        .containsExactly("patient/*.rs", "user/*.rs");
  }

  @Test
  void leftOut_whenTheyOpenDifferentThings_thenAllStay() {
    String[] scopes = {
      "launch/patient",
      "offline_access",
      "patient/*.rs",
      "patient/Observation.rs",
      "patient/Observation.cruds",
      "patient/Observation.rs?category=laboratory",
      "user/Observation.r"
    };
    assertThat(leftOut(false, scopes)).containsExactlyInAnyOrder(scopes);
  }
}
