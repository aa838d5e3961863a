package org.equipoise.server;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.rest.server.RestfulServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.Definitions;
import org.equipoise.security.access.Interactions;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.CapabilityStatement;
import org.hl7.fhir.r4.model.CapabilityStatement.CapabilityStatementRestResourceComponent;
import org.hl7.fhir.r4.model.CapabilityStatement.TypeRestfulInteraction;
import org.hl7.fhir.r4.model.OperationDefinition;
import org.hl7.fhir.r4.model.ResourceType;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What {@code /metadata} says is what works, and the other way round. */
class CapabilityTest extends ServerTest {

  private static final String NOBODY = "00000000-0000-4000-8000-000000000000";

  @Autowired private RestfulServer restful;

  private CapabilityStatement statement() {
    return anonymous().get("metadata").ok(CapabilityStatement.class);
  }

  private List<CapabilityStatementRestResourceComponent> resources() {
    return statement().getRestFirstRep().getResource();
  }

  private Api.Answer call(String type, TypeRestfulInteraction interaction) {
    String body = "{\"resourceType\":\"" + type + "\",\"id\":\"" + NOBODY + "\"}";
    String json = "application/fhir+json";
    return switch (interaction) {
      case READ -> as(type, interaction).get(type + "/" + NOBODY);
      case VREAD -> as(type, interaction).get(type + "/" + NOBODY + "/_history/1");
      case HISTORYINSTANCE -> as(type, interaction).get(type + "/" + NOBODY + "/_history");
      case HISTORYTYPE -> as(type, interaction).get(type + "/_history");
      case SEARCHTYPE -> as(type, interaction).get(type);
      // Malformed on purpose: an open door answers 400 or 422 and leaves nothing behind, a closed
      // one refuses as such.
      case CREATE ->
          as(type, interaction).exchange("POST", type, json, body.replace("}", ",\"nonsense\":1}"));
      case UPDATE ->
          as(type, interaction)
              .exchange("PUT", type + "/" + NOBODY, json, body.replace("}", ",\"nonsense\":1}"));
      case PATCH ->
          as(type, interaction)
              .exchange(
                  "PATCH",
                  type + "/" + NOBODY,
                  "application/json-patch+json",
                  "[{\"op\":\"test\",\"path\":\"/id\",\"value\":\"x\"}]");
      case DELETE -> as(type, interaction).delete(type + "/" + NOBODY);
      default -> throw new IllegalArgumentException(interaction.toCode());
    };
  }

  /** Who looked is for others than records are. */
  private Api as(String type, TypeRestfulInteraction interaction) {
    if (!ServedTypes.LOGS.contains(type)) {
      return scribe();
    }
    return interaction == TypeRestfulInteraction.CREATE
        ? Api.as(server(), "audit-lab", SECRET, "system/AuditEvent.c")
        : Api.as(server(), "demo-privacy-officer", "demo", "user/AuditEvent.rs");
  }

  private static boolean isClosed(Api.Answer answer) {
    return answer.status() == 403
        || answer.status() == 405
        || (answer.status() == 400
            && answer
                .body()
                .matches(".*(does not know how to handle|does not contain a resource type).*"))
        || (answer.status() == 404 && answer.body().contains("Unknown resource type"));
  }

  @Test
  void interactions_whenAdvertised_thenOpenAndAllOthersClosed() {
    for (CapabilityStatementRestResourceComponent resource : resources()) {
      Set<TypeRestfulInteraction> advertised =
          resource.getInteraction().stream().map(one -> one.getCode()).collect(Collectors.toSet());
      for (TypeRestfulInteraction interaction : TypeRestfulInteraction.values()) {
        if (interaction == TypeRestfulInteraction.NULL) {
          continue;
        }
        Api.Answer answer = call(resource.getType(), interaction);
        assertThat(answer.status())
            .as(resource.getType() + " " + interaction + answer.body())
            .isLessThan(500);
        assertThat(isClosed(answer))
            .as(
                resource.getType()
                    + " "
                    + interaction.toCode()
                    + ": "
                    + answer.status()
                    + " "
                    + answer.body())
            .isEqualTo(!advertised.contains(interaction));
      }
    }
  }

  @Test
  void types_whenNotAdvertised_thenUnknown() {
    Set<String> advertised =
        resources().stream()
            .map(CapabilityStatementRestResourceComponent::getType)
            .collect(Collectors.toSet());
    assertThat(advertised)
        .isEqualTo(
            Stream.of(ServedTypes.RECORDS, ServedTypes.LOGS, Interactions.DEFINITIONS)
                .flatMap(Set::stream)
                .collect(Collectors.toSet()));
    Stream.of(ResourceType.values())
        .map(ResourceType::name)
        .filter(type -> !advertised.contains(type))
        .forEach(
            type -> {
              assertThat(scribe().get(type).status()).as(type).isEqualTo(404);
              assertThat(scribe().get(type + "/1").status()).as(type).isEqualTo(404);
            });
  }

  @Test
  void types_whenListedInTheDocs_thenTheSame() throws IOException {
    String page = Files.readString(Path.of("docs/resource-types.md"));
    Set<String> words = new HashSet<>(List.of(page.split("[^A-Za-z]+")));
    Stream.of(ServedTypes.RECORDS, ServedTypes.LOGS, Interactions.DEFINITIONS)
        .flatMap(Set::stream)
        .forEach(type -> assertThat(words).contains(type));
    assertThat(page)
        .contains(
            "knows "
                + (ServedTypes.RECORDS.size()
                    + ServedTypes.LOGS.size()
                    + Interactions.DEFINITIONS.size())
                + ".")
        .contains("Records: " + ServedTypes.RECORDS.size() + " types")
        .contains("Definitions: " + Interactions.DEFINITIONS.size() + " types");
  }

  @Test
  void operations_whenHapiBindsMore_thenOnlyOursAreOpen() {
    Set<String> ours =
        resources().stream()
            .flatMap(resource -> resource.getOperation().stream())
            .map(operation -> operation.getName())
            .collect(Collectors.toSet());
    assertThat(ours)
        .contains("attach-explanation", "attach-consent", "break-glass")
        .isEqualTo(
            Definitions.shared().all(OperationDefinition.class).stream()
                .map(OperationDefinition::getCode)
                .collect(Collectors.toSet()));

    Set<String> bound =
        restful.getResourceProviders().stream()
            .flatMap(provider -> Stream.of(provider.getClass().getMethods()))
            .map(method -> method.getAnnotation(ca.uhn.fhir.rest.annotation.Operation.class))
            .filter(java.util.Objects::nonNull)
            .map(operation -> operation.name().replace("$", ""))
            .filter(name -> !ours.contains(name))
            .collect(Collectors.toSet());
    assertThat(bound).contains("meta-delete", "expunge");
    List<String> open = new ArrayList<>();
    for (String operation : bound) {
      for (String path :
          List.of(
              "$" + operation,
              "Patient/$" + operation,
              "Patient/anna/$" + operation,
              "DocumentReference/x/$" + operation)) {
        for (Api.Answer answer :
            List.of(
                scribe().get(path),
                scribe()
                    .exchange(
                        "POST",
                        path,
                        "application/fhir+json",
                        "{\"resourceType\":\"Parameters\"}"))) {
          if (!isClosed(answer)) {
            open.add(path + " " + answer.status());
          }
        }
      }
    }
    assertThat(open).isEmpty();
  }

  @Test
  void system_whenHistoryOrSearchOfEverything_thenClosed() {
    for (String path :
        List.of("_history", "?_content=x", "$graphql?query=%7BPatientList%7Bid%7D%7D", "$export")) {
      Api.Answer answer = scribe().get(path);
      assertThat(isClosed(answer)).as(path + " " + answer.status() + " " + answer.body()).isTrue();
    }
  }

  @Test
  void searchParameters_whenAdvertised_thenAccepted() {
    Map<String, String> samples =
        Map.of(
            "token",
            "a",
            "string",
            "a",
            "date",
            "2026-01-01",
            "reference",
            "Patient/1",
            "quantity",
            "5",
            "number",
            "5",
            "uri",
            "http://example.org");
    List<String> refused = new ArrayList<>();
    for (CapabilityStatementRestResourceComponent resource : resources()) {
      for (var parameter : resource.getSearchParam()) {
        String sample = samples.get(parameter.getType().toCode());
        if (sample == null) {
          // Composite and special parameters have a form of their own each.
          continue;
        }
        Api.Answer answer =
            as(resource.getType(), TypeRestfulInteraction.SEARCHTYPE)
                .get(resource.getType() + "?" + parameter.getName() + "=" + sample);
        if (answer.status() != 200) {
          refused.add(
              resource.getType()
                  + "?"
                  + parameter.getName()
                  + " "
                  + answer.status()
                  + " "
                  + answer.body());
        }
      }
    }
    assertThat(refused).isEmpty();
  }

  @Test
  void includes_whenAdvertised_thenAcceptedAndADocumentLeadsToWhatIsAttached() {
    List<String> refused = new ArrayList<>();
    for (CapabilityStatementRestResourceComponent resource : resources()) {
      Stream.concat(
              resource.getSearchInclude().stream().map(one -> "_include=" + one.getValue()),
              resource.getSearchRevInclude().stream().map(one -> "_revinclude=" + one.getValue()))
          .map(include -> resource.getType() + "?_id=" + NOBODY + "&" + include)
          .filter(path -> scribe().get(path).status() != 200)
          .forEach(refused::add);
    }
    assertThat(refused).isEmpty();
    assertThat(
            resources().stream()
                .filter(resource -> resource.getType().equals("DocumentReference"))
                .flatMap(resource -> resource.getSearchRevInclude().stream())
                .map(one -> one.getValue()))
        .contains("Provenance:target", "Consent:data", "DocumentReference:relatesto");
  }

  @Test
  void delete_whenConditional_thenOneMatchIsDeletedAndTwoAreRefusedAsAdvertised() {
    assertThat(resources())
        .filteredOn(resource -> ServedTypes.RECORDS.contains(resource.getType()))
        .allMatch(
            resource ->
                resource.getConditionalDelete()
                    == CapabilityStatement.ConditionalDeleteStatus.SINGLE);
    Bundle two = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int i = 0; i < 2; i++) {
      TestRecords.post(two, new org.hl7.fhir.r4.model.Location().setName("Closed ward"));
    }
    TestRecords.post(two, new org.hl7.fhir.r4.model.Location().setName("Empty ward"));
    scribe().post("", two).ok(Bundle.class);

    assertThat(scribe().delete("Location?name=Empty%20ward").status()).isEqualTo(200);
    assertThat(scribe().get("Location?name=Empty%20ward").ok(Bundle.class).getEntry()).isEmpty();
    assertThat(scribe().delete("Location?name=Closed%20ward").status()).isEqualTo(412);
    assertThat(scribe().get("Location?name=Closed%20ward").ok(Bundle.class).getEntry()).hasSize(2);
  }

  @Test
  void patch_whenFormatIsAdvertised_thenDone() {
    Map<String, String> patches =
        Map.of(
            "application/json-patch+json",
            "[{\"op\":\"replace\",\"path\":\"/name\",\"value\":\"new\"}]",
            "application/xml-patch+xml",
            "<diff xmlns:f=\"http://hl7.org/fhir\"><replace sel=\"f:Location/f:name/@value\">new</replace></diff>",
            "application/fhir+json",
            "{\"resourceType\":\"Parameters\",\"parameter\":[{\"name\":\"operation\",\"part\":["
                + "{\"name\":\"type\",\"valueCode\":\"replace\"},"
                + "{\"name\":\"path\",\"valueString\":\"Location.name\"},"
                + "{\"name\":\"value\",\"valueString\":\"new\"}]}]}",
            "application/fhir+xml",
            "<Parameters xmlns=\"http://hl7.org/fhir\"><parameter><name value=\"operation\"/>"
                + "<part><name value=\"type\"/><valueCode value=\"replace\"/></part>"
                + "<part><name value=\"path\"/><valueString value=\"Location.name\"/></part>"
                + "<part><name value=\"value\"/><valueString value=\"new\"/></part>"
                + "</parameter></Parameters>");
    assertThat(statement().getPatchFormat())
        .extracting(format -> format.getValue())
        .containsExactlyInAnyOrderElementsOf(patches.keySet());
    patches.forEach(
        (format, patch) -> {
          String id = "patched-" + Integer.toHexString(format.hashCode());
          var ward = new org.hl7.fhir.r4.model.Location().setName("old");
          ward.setId(id);
          assertThat(scribe().put(ward).status()).isIn(200, 201);

          Api.Answer answer = scribe().exchange("PATCH", "Location/" + id, format, patch);

          assertThat(answer.status()).as(format + " " + answer.body()).isEqualTo(200);
          assertThat(answer.body()).contains("\"new\"");
        });
  }

  @Test
  void security_whenRead_thenNamesTheEndpointsOfSmart() {
    String uris =
        anonymous()
            .get("metadata")
            .as(org.hl7.fhir.r4.model.CapabilityStatement.class)
            .getRestFirstRep()
            .getSecurity()
            .getExtensionFirstRep()
            .getExtension()
            .stream()
            .map(uri -> uri.getUrl() + " " + uri.getValue().primitiveValue())
            .collect(java.util.stream.Collectors.joining(", "));

    assertThat(uris)
        .contains("authorize " + server() + "/oauth2/authorize")
        .contains("token " + server() + "/oauth2/token")
        .contains("introspect " + server() + "/oauth2/introspect")
        .contains("revoke " + server() + "/oauth2/revoke")
        .contains("manage " + server() + "/apps")
        .contains("register " + server() + "/oauth2/register");
  }

  @Test
  void cors_whenAdvertised_thenOtherOriginsMayRead() {
    assertThat(statement().getRestFirstRep().getSecurity().getCors()).isTrue();
    HttpResponse<String> answer =
        Api.send(
            HttpRequest.newBuilder(URI.create(server() + "/fhir/metadata"))
                .header("Origin", "https://app.example")
                .build());
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
  }

  @Test
  void search_whenParameterIsUnknown_thenRefusedByName() {
    Api.Answer answer = scribe().get("Patient?colour=blue");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.issue().getDiagnostics()).contains("colour");
  }

  @Test
  void definitions_whenAnonymous_thenReadableAndNeverWritable() {
    Bundle profiles = anonymous().get("StructureDefinition?_count=500").ok(Bundle.class);
    assertThat(profiles.getEntry().size()).isGreaterThan(15);
    for (String path :
        List.of(
            "OperationDefinition/attach-consent",
            "Questionnaire/teach-back",
            "CodeSystem/ai-purpose")) {
      Api.Answer answer = anonymous().get(path);
      assertThat(answer.status()).as(path + " " + answer.body()).isEqualTo(200);
    }
    Api.Answer write =
        scribe()
            .exchange(
                "PUT",
                "StructureDefinition/ai-document",
                "application/fhir+json",
                "{\"resourceType\":\"StructureDefinition\",\"id\":\"ai-document\"}");
    assertThat(isClosed(write)).as(write.body()).isTrue();
  }

  @Test
  void metadata_whenAskedTwice_thenSmallAndNotModified() throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(server() + "/fhir/metadata"))
            .header("Accept-Encoding", "gzip");
    HttpResponse<byte[]> first =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(first.body().length).isLessThan(50_000);
    HttpResponse<byte[]> second =
        HttpClient.newHttpClient()
            .send(
                request
                    .header("If-None-Match", first.headers().firstValue("ETag").orElseThrow())
                    .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    assertThat(second.statusCode()).isEqualTo(304);
    assertThat(anonymous().get("metadata?_format=xml").header("Content-Type").orElseThrow())
        .contains("xml");
  }

  @Test
  void search_whenMoreThanAPage_thenNextLinksReachAllOfThem() {
    writeHousehold();
    Bundle many = new Bundle().setType(Bundle.BundleType.TRANSACTION);
    for (int i = 0; i < 60; i++) {
      var location = new org.hl7.fhir.r4.model.Location().setName("Ward of pages " + i);
      TestRecords.post(many, location);
    }
    scribe().post("", many).ok(Bundle.class);
    String next = "Location?name=Ward%20of%20pages";
    List<Integer> sizes = new ArrayList<>();
    Set<String> ids = new java.util.HashSet<>();
    while (next != null) {
      Bundle page = scribe().get(next).ok(Bundle.class);
      sizes.add(page.getEntry().size());
      page.getEntry().forEach(entry -> ids.add(entry.getResource().getIdElement().getIdPart()));
      var link = page.getLink(Bundle.LINK_NEXT);
      next = link == null ? null : link.getUrl().substring(link.getUrl().indexOf("/fhir/") + 6);
    }
    assertThat(sizes).containsExactly(50, 10);
    assertThat(ids).hasSize(60);
    assertThat(
            scribe().get("Location?name=Ward%20of%20pages&_count=1000").ok(Bundle.class).getEntry())
        .hasSize(60);
  }
}
