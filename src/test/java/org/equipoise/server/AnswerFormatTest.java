package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.hl7.fhir.r4.model.Binary;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Patient;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An answer comes in a form that the client takes, or it is 406. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswerFormatTest extends ServerTest {

  @BeforeAll
  void household() {
    writeHousehold();
  }

  private HttpResponse<String> get(String path, String... accept) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + "/fhir/" + path))
            .header("Authorization", "Bearer " + scribe().token());
    for (String one : accept) {
      request.header("Accept", one);
    }
    return Api.send(request.build());
  }

  private static String type(HttpResponse<String> answer) {
    return answer.headers().firstValue("Content-Type").orElse("").replaceFirst(";.*", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/fhir+json | json
          application/json | json
          text/json | json
          application/fhir+xml | xml
          application/xml | xml
          text/xml | xml
          */* | json
          application/* | json
          application/fhir+json;fhirVersion=4.0 | json
          application/fhir+xml; fhirVersion=4.0.1; q=0.5 | xml
          application/fhir+json;q=0.1, application/fhir+xml;q=0.9 | xml
          application/fhir+ndjson, */* | json
          application/fhir+ndjson, application/fhir+xml;q=0.1 | xml
          text/turtle, application/fhir+json;q=0.1 | json
          text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8 | xml
          application/fhir+xml;q=0, application/fhir+json | json
          application/fhir+xml;fhirVersion=3.0, application/fhir+json;fhirVersion=4.0 | json
          """)
  void read_whenAFormIsTakenThatIsWritten_thenInThatForm(String accept, String form) {
    for (String path : List.of("Patient/anna", "Patient?_id=anna", "metadata")) {
      HttpResponse<String> answer = get(path, accept);

      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(200);
      assertThat(type(answer)).as(path).isEqualTo("application/fhir+" + form);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          application/fhir+ndjson
          application/ndjson
          application/x-ndjson
          application/fhir+turtle
          text/turtle
          text/html
          image/png
          nonsense
          application/fhir+json;q=0
          application/fhir+json;fhirVersion=3.0
          application/fhir+json;fhirVersion=5.0
          application/fhir+ndjson, text/csv
          """)
  void read_whenNoFormIsTakenThatIsWritten_then406InJson(String accept) {
    for (String path : List.of("Patient/anna", "Patient?_id=anna", "metadata", "Patient/nobody")) {
      HttpResponse<String> answer = get(path, accept);

      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(406);
      assertThat(type(answer)).as(path).isEqualTo("application/fhir+json");
      assertThat(new Api.Answer(answer).issue().getCode()).isEqualTo(IssueType.NOTSUPPORTED);
      assertThat(new Api.Answer(answer).issue().getDiagnostics())
          .contains("Accept", "application/fhir+json");
    }
  }

  @Test
  void format_whenGiven_thenItCountsBeforeAccept() {
    assertThat(type(get("Patient/anna?_format=xml", "application/fhir+ndjson")))
        .isEqualTo("application/fhir+xml");
    assertThat(type(get("Patient/anna?_format=application/fhir+json", "application/fhir+xml")))
        .isEqualTo("application/fhir+json");
    assertThat(type(get("Patient/anna?_format=application%2Ffhir%2Bxml")))
        .isEqualTo("application/fhir+xml");
    for (String format :
        List.of("nonsense", "ndjson", "application/fhir%2Bndjson", "ttl", "html")) {
      HttpResponse<String> answer = get("Patient/anna?_format=" + format, "application/fhir+json");

      assertThat(answer.statusCode()).as(format + answer.body()).isEqualTo(406);
      assertThat(type(answer)).isEqualTo("application/fhir+json");
      assertThat(new Api.Answer(answer).issue().getDiagnostics()).contains("_format");
    }
  }

  @Test
  void create_whenTheAnswerCouldNotBeWritten_thenNothingIsStored() {
    long before = jdbc.queryForObject("select count(*) from hfj_resource", Long.class);

    HttpResponse<String> answer =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/Patient"))
                .header("Authorization", "Bearer " + scribe().token())
                .header("Content-Type", "application/fhir+json")
                .header("Accept", "application/fhir+ndjson")
                .POST(HttpRequest.BodyPublishers.ofString(Api.json(new Patient().setActive(true))))
                .build());

    assertThat(answer.statusCode()).isEqualTo(406);
    assertThat(jdbc.queryForObject("select count(*) from hfj_resource", Long.class))
        .isEqualTo(before);
  }

  @Test
  void binary_whenItsOwnFormIsTaken_thenAsItIs() {
    String binary =
        scribe()
            .post("Binary", new Binary().setContentType("text/csv").setData("a,b".getBytes()))
            .header("Location")
            .orElseThrow()
            .replaceFirst(".*/(Binary/[^/]+)/.*", "$1");

    for (String accept : List.of("text/csv", "image/png", "application/fhir+ndjson")) {
      HttpResponse<String> answer = get(binary, accept);
      assertThat(answer.statusCode()).as(accept + answer.body()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("a,b");
      assertThat(type(answer)).isEqualTo("text/csv");
    }
    assertThat(type(get(binary, "application/fhir+json"))).isEqualTo("application/fhir+json");
    assertThat(get(binary + "?_format=nonsense").statusCode()).isEqualTo(406);
  }
}
