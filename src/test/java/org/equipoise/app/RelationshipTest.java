package org.equipoise.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What a patient is to who stands for them. */
class RelationshipTest {

  @Test
  void of_whenMother_thenThePatientIsHerChild() {
    assertThat(Relationship.of(List.of("MTH"))).isEqualTo(Relationship.CHILD);
    assertThat(Relationship.of(List.of("DAU"))).isEqualTo(Relationship.PARENT);
    assertThat(Relationship.of(List.of("FRND", "WIFE"))).isEqualTo(Relationship.PARTNER);
    assertThat(Relationship.of(List.of())).isEqualTo(Relationship.UNKNOWN);
  }

  @Test
  void key_whenAnyRelationship_thenThereAreWords() {
    for (Relationship relationship : Relationship.values()) {
      assertThat(TestWords.spanish().has("patient.relation." + relationship.key())).isTrue();
    }
  }
}
