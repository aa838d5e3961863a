package org.equipoise.aidocument;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.commons.lang3.StringUtils;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * The Applied Model Card of the Coalition for Health AI in XML, versions 0.1 and 0.2
 * (https://github.com/coalition-for-health-ai/mc-schema).
 *
 * <p>Where one element feeds an attribute its text is taken as it is; where several do, each is led
 * by its name in words. {@code ModelType}, {@code InputDataSource}, {@code Security} and others
 * feed none, since the rule asks nothing of the kind.
 */
final class ChaiModelCard {

  private static final Set<String> NAMESPACES =
      Set.of("https://mc.chai.org/v0.1/schema.xsd", "https://mc.chai.org/v0.2/schema.xsd");
  private static final String ROOT = "AppliedModelCard";

  /** The schema nests to 6; a signature, which is skipped, to some more. */
  private static final int DEEPEST = 16;

  private static final String USES = "UsesAndDirections/";
  private static final String WARNINGS = "Warnings/";
  private static final String FACTS = "TrustIngredients/AISystemFacts/";
  private static final String USEFULNESS = "KeyMetrics/UsefulnessUsabilityEfficacy/";
  private static final String FAIRNESS = "KeyMetrics/FairnessEquity/";
  private static final String SAFETY = "KeyMetrics/SafetyReliability/";

  /** The elements that feed an attribute whatever else the card says. */
  private static final Map<String, List<String>> SOURCES =
      Map.ofEntries(
          Map.entry("sa-01", List.of("BasicInfo/ModelDeveloper", "BasicInfo/DeveloperContact")),
          Map.entry("sa-02", List.of("TrustIngredients/TransparencyInformation/FundingSource")),
          Map.entry("sa-03", List.of(FACTS + "OutcomesAndOutputs")),
          Map.entry("sa-04", List.of(FACTS + "OutputAndInputDataTypes")),
          Map.entry("sa-05", List.of(USES + "IntendedUseAndWorkflow")),
          Map.entry("sa-06", List.of(USES + "TargetedPatientPopulation")),
          Map.entry("sa-07", List.of(USES + "PrimaryIntendedUsers")),
          Map.entry("sa-08", List.of(USES + "HowToUse")),
          Map.entry("sa-09", List.of(USES + "CautionedOutOfScopeSettings")),
          Map.entry(
              "sa-10",
              List.of(
                  WARNINGS + "KnownRisksAndLimitations",
                  WARNINGS + "KnownBiasesOrEthicalConsiderations",
                  WARNINGS + "ClinicalRiskLevel")),
          Map.entry("sa-11", List.of(FACTS + "DevelopmentDataCharacterization")),
          Map.entry("sa-16", List.of(FACTS + "BiasMitigationApproaches")),
          Map.entry(
              "sa-25",
              List.of(
                  "Resources/EvaluationReferences",
                  "Resources/ClinicalTrial",
                  "Resources/PeerReviewedPublications",
                  "Bibliography")),
          Map.entry("sa-30", List.of(FACTS + "OngoingMaintenance")));

  /**
   * What a key metric says of a test on data like the training data, or on data that is not said to
   * be other.
   */
  private static final List<String> SAME_SOURCE_TEST =
      List.of(
          "MetricGoal",
          "Result",
          "Results",
          "Interpretation",
          "TestType",
          "TestingDataDescription",
          "ValidationProcessAndJustification");

  private static final List<String> EXTERNAL_TEST =
      List.of("MetricGoal", "Result", "Results", "Interpretation", "TestType");

  private static final Set<String> TEXT_ELEMENTS = textElements();
  private static final Pattern WORD_START = Pattern.compile("(?<=[a-z])(?=[A-Z])");
  private static final Pattern EXTERNAL = Pattern.compile("\\bexternal", Pattern.CASE_INSENSITIVE);
  private static final JsonMapper JSON = new JsonMapper();

  private final String expression;
  private final Map<String, List<String>> texts = new HashMap<>();

  private ChaiModelCard(String expression) {
    this.expression = expression;
  }

  /**
   * @param data the XML
   * @param expression where it stands in the resource, for a refusal
   */
  static List<SourceAttribute> read(byte[] data, String expression) {
    ChaiModelCard card = new ChaiModelCard(expression);
    card.parse(data);
    return card.attributes();
  }

  private void parse(byte[] data) {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    // Neither a DTD nor an entity of any kind is read: no file, no address, no expansion.
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    try {
      XMLStreamReader xml = factory.createXMLStreamReader(new ByteArrayInputStream(data));
      try {
        read(xml);
      } finally {
        xml.close();
      }
    } catch (XMLStreamException e) {
      throw refused(
          "is not well-formed XML (line %d, column %d)"
              .formatted(
                  e.getLocation() == null ? 0 : e.getLocation().getLineNumber(),
                  e.getLocation() == null ? 0 : e.getLocation().getColumnNumber()));
    }
  }

  private void read(XMLStreamReader xml) throws XMLStreamException {
    Deque<String> paths = new ArrayDeque<>();
    Deque<StringBuilder> open = new ArrayDeque<>();
    while (xml.hasNext()) {
      switch (xml.next()) {
        case XMLStreamConstants.DTD ->
            throw refused("has a DOCTYPE; a model card has none, and entities are not read");
        case XMLStreamConstants.ENTITY_REFERENCE ->
            throw refused(
                "uses the entity '&%s;' in %s; entities are not read"
                    .formatted(xml.getLocalName(), at(paths)));
        case XMLStreamConstants.START_ELEMENT -> {
          paths.push(enter(xml, paths.peek()));
          open.push(new StringBuilder());
          if (paths.size() > DEEPEST) {
            throw refused("is nested deeper than %d elements at %s".formatted(DEEPEST, at(paths)));
          }
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (!open.isEmpty()) {
            open.peek().append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
          }
        }
        case XMLStreamConstants.END_ELEMENT ->
            texts
                .computeIfAbsent(paths.pop(), path -> new ArrayList<>())
                .add(open.pop().toString());
        default -> {}
      }
    }
  }

  /** The path of the element that starts, below the root, which has the empty path. */
  private String enter(XMLStreamReader xml, String parent) {
    String name = xml.getLocalName();
    String namespace = Objects.requireNonNullElse(xml.getNamespaceURI(), "");
    if (parent == null) {
      if (!ROOT.equals(name) || !NAMESPACES.contains(namespace)) {
        throw refused(
            "starts with element '%s' of namespace '%s'; known are %s of %s"
                .formatted(
                    name,
                    StringUtils.abbreviate(namespace, 200),
                    ROOT,
                    NAMESPACES.stream().sorted().toList()));
      }
      return "";
    }
    if (TEXT_ELEMENTS.contains(parent)) {
      throw refused("has element '%s' in %s, which holds text only".formatted(name, parent));
    }
    // An element of another namespace, such as a signature, is no part of the card: no path of ours
    // begins so.
    return (parent.isEmpty() ? "" : parent + "/")
        + (NAMESPACES.contains(namespace) ? "" : "foreign:")
        + name;
  }

  private List<SourceAttribute> attributes() {
    CardText text = new CardText();
    SOURCES.forEach(
        (attribute, paths) -> joined(paths).ifPresent(said -> text.add(attribute, said)));
    keyMetric(text, USEFULNESS, "sa-21", "sa-23");
    keyMetric(text, SAFETY, "sa-21", "sa-23");
    keyMetric(text, FAIRNESS, "sa-22", "sa-24");
    return text.attributes();
  }

  /**
   * A key metric counts as tested outside only where its {@code TestType} says "external": the
   * better claim is never made for a card that does not make it.
   */
  private void keyMetric(CardText text, String metric, String sameSource, String outside) {
    if (EXTERNAL.matcher(said(metric + "TestType").orElse("")).find()) {
      joined(below(metric, EXTERNAL_TEST)).ifPresent(said -> text.add(outside, said));
      said(metric + "TestingDataDescription").ifPresent(said -> text.add("sa-17", said));
      said(metric + "ValidationProcessAndJustification").ifPresent(said -> text.add("sa-20", said));
    } else {
      joined(below(metric, SAME_SOURCE_TEST)).ifPresent(said -> text.add(sameSource, said));
    }
  }

  private Optional<String> joined(List<String> paths) {
    if (paths.size() == 1) {
      return said(paths.get(0));
    }
    List<String> parts =
        paths.stream()
            .flatMap(path -> said(path).map(said -> inWords(path) + ": " + said).stream())
            .toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", parts));
  }

  private Optional<String> said(String path) {
    if (path.endsWith("/Results")) {
      return results(path + "/MetricResult");
    }
    List<String> parts =
        texts.getOrDefault(path, List.of()).stream()
            .flatMap(text -> CardText.said(text).stream())
            .toList();
    return parts.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", parts));
  }

  /** Version 0.2: pairs of a label and a JSON value. */
  private Optional<String> results(String path) {
    List<String> labels = texts.getOrDefault(path + "/Label", List.of());
    List<String> values = texts.getOrDefault(path + "/ValueJson", List.of());
    if (labels.size() != values.size()) {
      throw refused("needs one Label and one ValueJson in each %s".formatted(path));
    }
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      lines.add("%s: %s".formatted(labels.get(i).strip(), value(values.get(i).strip())));
    }
    return lines.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", lines));
  }

  /** A single value with its unit; any other kind stays as the card has it. */
  private static String value(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      if ("single".equals(node.path("kind").asText()) && node.path("value").isValueNode()) {
        return (node.path("value").asText() + " " + node.path("unit").asText()).strip();
      }
    } catch (JsonProcessingException e) {
      return json;
    }
    return json;
  }

  private RuntimeException refused(String problem) {
    return Refusal.unprocessable(
        IssueType.STRUCTURE, expression, "The CHAI model card in " + expression + " " + problem);
  }

  private static String at(Deque<String> paths) {
    String path = paths.peek();
    return path == null || path.isEmpty() ? ROOT : path;
  }

  private static String inWords(String path) {
    return WORD_START.matcher(path.substring(path.lastIndexOf('/') + 1)).replaceAll(" ");
  }

  private static List<String> below(String metric, List<String> elements) {
    return elements.stream().map(element -> metric + element).toList();
  }

  private static Set<String> textElements() {
    Set<String> elements = new HashSet<>();
    SOURCES.values().forEach(elements::addAll);
    Stream.of(USEFULNESS, FAIRNESS, SAFETY)
        .forEach(metric -> elements.addAll(below(metric, SAME_SOURCE_TEST)));
    elements.removeIf(path -> path.endsWith("/Results"));
    return elements;
  }
}
