package org.equipoise.security.access;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KeepToIdsTest {

  private static final Set<String> OWN = Set.of("a", "b");

  /** The one condition on the id, which is positive: else it would be turned round. */
  private static List<String> ids(SearchParameterMap search) {
    assertThat(search.get("_id")).hasSize(1);
    return search.get("_id").get(0).stream()
        .map(TokenParam.class::cast)
        .peek(one -> assertThat(one.getModifier()).isNull())
        .map(TokenParam::getValue)
        .toList();
  }

  @Test
  void keepToIds_whenTheSearchExcludesAnother_thenOwnAlone() {
    SearchParameterMap search = new SearchParameterMap();
    search.add("_id", new TokenParam("x").setModifier(TokenParamModifier.NOT));

    SearchNarrowing.keepToIds(search, OWN);

    assertThat(ids(search)).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void keepToIds_whenTheSearchNamesOrExcludesOwn_thenWhatIsLeft() {
    SearchParameterMap search = new SearchParameterMap();
    search.add("_id", new TokenParam("a").setModifier(TokenParamModifier.NOT));
    SearchNarrowing.keepToIds(search, OWN);
    assertThat(ids(search)).containsExactly("b");

    SearchParameterMap foreign = new SearchParameterMap();
    foreign.add("_id", new TokenParam("x"));
    SearchNarrowing.keepToIds(foreign, OWN);
    assertThat(ids(foreign)).doesNotContain("a", "b", "x");
  }
}
