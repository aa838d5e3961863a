package org.equipoise.visits;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One recorded visit of ACI-BENCH (doi 10.1038/s41597-023-02487-3) as {@code visits.jsonl} has it:
 * nothing tidied.
 *
 * @param encounterId e.g. {@code D2N088}
 * @param source how it was transcribed: {@code aci} by speech recognition, {@code virtassist} and
 *     {@code virtscribe} by people
 * @param metadata age, gender, names, complaints; incomplete and untidy
 * @param transcript turns that begin with {@code [doctor]} or {@code [patient]}
 * @param aiNotes the notes that models wrote, by the name of the model
 */
public record Visit(
    String encounterId,
    String source,
    Map<String, String> metadata,
    String transcript,
    Map<String, String> aiNotes) {

  private static final JsonMapper JSON = new JsonMapper();

  /** All visits of {@code ambient-visits/visits.jsonl} in the data folder, in its order. */
  public static List<Visit> readAll(Path dataFolder) throws IOException {
    List<Visit> visits = new ArrayList<>();
    Path file = dataFolder.resolve("ambient-visits").resolve("visits.jsonl");
    for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
      JsonNode visit = JSON.readTree(line);
      visits.add(
          new Visit(
              visit.get("encounterId").asText(),
              visit.get("source").asText(),
              texts(visit.get("metadata")),
              visit.get("transcript").asText(),
              texts(visit.get("aiNotes"))));
    }
    return List.copyOf(visits);
  }

  /** Logical id of what stands for the visit: its patient, its encounter and so on. */
  public String id() {
    return "visit-" + encounterId.toLowerCase(Locale.ROOT);
  }

  /** What the metadata says, as it is written there; empty where it is missing or blank. */
  public Optional<String> said(String key) {
    return Optional.ofNullable(metadata.get(key)).filter(text -> !text.isBlank());
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    node.fields().forEachRemaining(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }
}
