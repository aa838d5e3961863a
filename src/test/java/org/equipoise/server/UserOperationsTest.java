package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The operator's calls for accounts. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UserOperationsTest extends ServerTest {

  @BeforeAll
  void record() {
    writeHousehold();
  }

  private static String newName() {
    return "u." + UUID.randomUUID();
  }

  @Test
  void create_whenRight_thenHasALinkAndNoPassword() {
    String name = newName();

    HttpResponse<String> answer =
        TestUsers.operate(
            this,
            "",
            Map.of(
                "username",
                name,
                "displayName",
                "Ana Öz",
                "language",
                "es",
                "persons",
                List.of("Patient/anna", "RelatedPerson/annas-brother")));

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    JsonNode user = TestUsers.json(answer);
    assertThat(answer.headers().firstValue("Location").orElse(""))
        .endsWith("/operator/users/" + user.path("id").asText());
    assertThat(user.path("hasPassword").asBoolean()).isFalse();
    assertThat(user.path("passwordLink").asText()).startsWith(server() + "/password?link=");
    JsonNode read = TestUsers.json(TestUsers.look(this, "/" + user.path("id").asText()));
    assertThat(read.path("persons").toString())
        .isEqualTo("[\"Patient/anna\",\"RelatedPerson/annas-brother\"]");
    assertThat(read.has("passwordLink")).isFalse();

    HttpResponse<String> again =
        TestUsers.operate(
            this,
            "",
            Map.of(
                "username", name.toUpperCase(java.util.Locale.ROOT),
                "displayName", "Other",
                "persons", List.of("Patient/ben")));
    assertThat(again.statusCode()).isEqualTo(409);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "nonsense | body",
        "[] | body",
        "null | body",
        "{} | username",
        "{\"username\":\"a b\",\"displayName\":\"x\",\"persons\":[\"Patient/anna\"]} | username",
        "{\"username\":7,\"displayName\":\"\",\"persons\":[\"Patient/anna\"]} | username",
        "{\"username\":\"okay\",\"displayName\":\"\",\"persons\":[\"Patient/anna\"]} | displayName",
        "{\"username\":\"okay\",\"displayName\":\"x\"} | persons",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[]} | persons",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":\"Patient/anna\"} | persons",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Patient/no-such\"]} | persons[0]",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[null]} | persons[0]",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Device/test-scribe\"]} | persons[0]",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Patient/anna\",\"Patient/anna\"]} | persons",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Patient/anna\"],\"language\":\"xx\"} | language",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Patient/anna\"],\"issuer\":\"a\"} | issuer",
        "{\"username\":\"okay\",\"displayName\":\"x\",\"persons\":[\"Patient/anna\"],\"admin\":true} | admin"
      })
  void create_whenWrong_thenNamesWhat(String body, String element) {
    HttpResponse<String> answer = TestUsers.operate(this, "", body);

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
    JsonNode problem = TestUsers.json(answer);
    assertThat(problem.path("error").asText()).isEqualTo("invalid_request");
    assertThat(problem.path("message").asText()).startsWith(element + ": ");
  }

  @Test
  void list_whenPaged_thenEachOnceByName() {
    JsonNode all = TestUsers.json(TestUsers.look(this, "?count=500"));
    JsonNode first = TestUsers.json(TestUsers.look(this, "?count=1"));
    JsonNode second = TestUsers.json(TestUsers.look(this, "?count=1&offset=1"));

    assertThat(all.path("total").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(first.path("users").get(0)).isEqualTo(all.path("users").get(0));
    assertThat(second.path("users").get(0)).isEqualTo(all.path("users").get(1));
    assertThat(all.toString()).doesNotContain("argon2").doesNotContain("passwordLink");
    for (String bad : List.of("?count=0", "?count=501", "?offset=-1", "?count=x")) {
      assertThat(TestUsers.look(this, bad).statusCode()).as(bad).isEqualTo(400);
    }
  }

  @Test
  void anything_whenUnknown_thenNotFound() {
    assertThat(TestUsers.look(this, "/nobody").statusCode()).isEqualTo(404);
    for (String path : List.of("/disable", "/enable", "/unlock", "/password-link")) {
      HttpResponse<String> answer = TestUsers.operate(this, "/nobody" + path, null);
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(TestUsers.json(answer).path("error").asText()).isEqualTo("not_found");
    }
  }

  @Test
  void anything_whenNoOperator_thenRefused() {
    for (Api api : List.of(scribe(), practitioner(), patient("anna"))) {
      HttpResponse<String> answer =
          Api.send(
              HttpRequest.newBuilder(URI.create(server() + "/operator/users"))
                  .header("Authorization", "Bearer " + api.token())
                  .build());
      assertThat(answer.statusCode()).isEqualTo(403);
    }
  }
}
