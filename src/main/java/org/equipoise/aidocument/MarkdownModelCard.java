package org.equipoise.aidocument;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.commonmark.node.Block;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.Node;
import org.commonmark.node.SourceSpan;
import org.commonmark.parser.IncludeSourceSpans;
import org.commonmark.parser.Parser;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * A model card in markdown as Hugging Face publishes them
 * (https://huggingface.co/docs/hub/model-cards): YAML front matter, then sections. A heading that
 * is known feeds its attributes with the text below it; a heading that is not known belongs to the
 * section it stands in; list items such as {@code - **Developed by:** X} are read wherever they
 * stand. Sections about anything else (hardware, licence, code samples) feed none.
 */
final class MarkdownModelCard {

  /**
   * Heading or label, in lower-case words, to the attributes it feeds; an empty list ends the
   * section before it.
   */
  private static final Map<String, List<String>> SECTIONS = new HashMap<>();

  static {
    section(
        "sa-01",
        "developed by",
        "developer",
        "developers",
        "model developers",
        "contact",
        "contacts",
        "model card contact",
        "developer contact",
        "person or organization developing model");
    section("sa-02", "funded by", "funding", "funding source", "funding sources");
    section(
        "sa-03",
        "model description",
        "description",
        "output",
        "outputs",
        "model output",
        "model outputs");
    section("sa-04", "task", "output type", "type of output", "kind of output", "pipeline tag");
    section(
        "sa-05",
        "uses",
        "use",
        "use cases",
        "intended use",
        "intended uses",
        "direct use",
        "downstream use",
        "primary intended uses",
        "primary use cases",
        "intended use cases",
        "intended use and workflow");
    section(
        "sa-06",
        "intended population",
        "intended patient population",
        "target population",
        "patient population",
        "targeted patient population",
        "population");
    section("sa-07", "intended users", "intended user", "primary intended users", "users");
    section(
        "sa-08",
        "decision making role",
        "intended decision making role",
        "role in decision making",
        "human oversight",
        "human review");
    section(
        "sa-09",
        "out of scope",
        "out of scope use",
        "out of scope uses",
        "out of scope use cases",
        "out of scope applications",
        "misuse",
        "misuse and out of scope use",
        "misuse malicious use and out of scope use",
        "cautioned out of scope settings",
        "prohibited uses");
    section(
        "sa-10",
        "bias",
        "biases",
        "risks",
        "limitations",
        "known limitations",
        "known risks",
        "known risks and limitations",
        "bias risks and limitations",
        "risks limitations and biases",
        "risks and limitations",
        "limitations and bias",
        "limitations and biases",
        "limitations and risks",
        "bias and limitations",
        "ethical considerations",
        "ethical considerations and limitations",
        "caveats and recommendations",
        "recommendations");
    SECTIONS.put("intended uses limitations", List.of("sa-05", "sa-10"));
    SECTIONS.put("intended uses and limitations", List.of("sa-05", "sa-10"));
    section(
        "sa-11",
        "training data",
        "training dataset",
        "training datasets",
        "training and evaluation data",
        "datasets");
    section("sa-12", "demographic variables", "demographic input variables");
    section("sa-13", "demographic representativeness", "representativeness of training data");
    section("sa-14", "relevance of training data");
    section("sa-15", "fairness", "fairness approach");
    section(
        "sa-16", "bias mitigation", "bias management", "bias mitigation approaches", "mitigations");
    section("sa-17", "external validation data");
    section("sa-18", "external testing party", "external validation party");
    section("sa-19", "representativeness of external data");
    section("sa-20", "external validation process");
    section(
        "sa-21",
        "evaluation",
        "evaluation results",
        "evaluation data",
        "results",
        "performance",
        "testing data factors and metrics",
        "quantitative analyses");
    section("sa-22", "fairness evaluation", "fairness results");
    section("sa-23", "external validation", "external validation results");
    section("sa-24", "external fairness results");
    section(
        "sa-25", "outcome evaluation", "evaluation references", "outcome evaluation references");
    section("sa-26", "monitoring", "performance monitoring", "validity monitoring");
    section("sa-27", "local validation", "local validation results");
    section("sa-28", "fairness monitoring");
    section("sa-29", "local fairness results");
    section("sa-30", "updates", "update process", "maintenance", "ongoing maintenance");
    section("sa-31", "performance correction");
    for (String other :
        List.of(
            "training procedure",
            "training hyperparameters",
            "training results",
            "preprocessing",
            "speeds sizes times",
            "model type",
            "license",
            "language s",
            "language s nlp",
            "shared by",
            "finetuned from model",
            "finetuned from",
            "how to use",
            "usage",
            "how to get started with the model",
            "framework versions",
            "model sources",
            "environmental impact",
            "technical specifications",
            "citation",
            "model card authors",
            "more information",
            "glossary")) {
      SECTIONS.put(other, List.of());
    }
  }

  private static final Pattern NOT_A_WORD = Pattern.compile("[^a-z0-9]+");

  /** HF's template leaves such marks in headings and labels. */
  private static final Pattern OPTIONAL_MARK =
      Pattern.compile("\\[optional]", Pattern.CASE_INSENSITIVE);

  private static final Pattern LIST_MARK = Pattern.compile("^\\s{0,3}([-*+]|\\d{1,9}[.)])\\s");
  private static final Pattern LABELLED =
      Pattern.compile("^\\s{0,3}(?:[-*+]\\s+)?\\*\\*([^*:]{1,80}):?\\*\\*:?[ \\t]*(.*)$");

  /**
   * Only what tells a heading from text is parsed: no inlines, and no lists and quotations, whose
   * nesting is what makes a hostile text dear. So the blocks are flat and the cost is linear.
   */
  private static final Parser PARSER =
      Parser.builder()
          .enabledBlockTypes(Set.<Class<? extends Block>>of(Heading.class, FencedCodeBlock.class))
          .inlineParserFactory(context -> (lines, node) -> {})
          .includeSourceSpans(IncludeSourceSpans.BLOCKS)
          .build();

  private final String expression;
  private final CardText text = new CardText();

  private MarkdownModelCard(String expression) {
    this.expression = expression;
  }

  /**
   * @param card the markdown
   * @param expression where it stands in the resource, for a refusal
   */
  static List<SourceAttribute> read(String card, String expression) {
    MarkdownModelCard reader = new MarkdownModelCard(expression);
    List<String> lines = card.lines().toList();
    int end = reader.frontMatter(lines);
    // Comments go first: a template's advice may hold headings.
    reader.body(
        CardText.withoutComments(joined(lines.subList(end, lines.size()))).lines().toList());
    return reader.text.attributes();
  }

  /**
   * Reads the front matter and returns the number of lines it takes, with its fences; 0 where there
   * is none.
   */
  private int frontMatter(List<String> lines) {
    if (lines.isEmpty() || !lines.get(0).stripTrailing().equals("---")) {
      return 0;
    }
    int end = 1;
    while (end < lines.size() && !lines.get(end).stripTrailing().equals("---")) {
      end++;
    }
    if (end == lines.size()) {
      throw refused("opens a front matter with '---' and never closes it");
    }
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setMaxAliasesForCollections(10);
    try {
      if (new Yaml(new SafeConstructor(options)).load(String.join("\n", lines.subList(1, end)))
          instanceof Map<?, ?> facts) {
        facts.forEach(this::fact);
      }
    } catch (YAMLException e) {
      throw refused("has a front matter that is not plain YAML");
    }
    return end + 1;
  }

  private void fact(Object key, Object value) {
    List<String> attributes = SECTIONS.getOrDefault(words(String.valueOf(key)), List.of());
    if (value instanceof Collection<?> all) {
      String items =
          all.stream()
              .filter(MarkdownModelCard::isPlain)
              .map(String::valueOf)
              .collect(Collectors.joining(", "));
      attributes.forEach(attribute -> text.add(attribute, items));
    } else if (isPlain(value)) {
      attributes.forEach(attribute -> text.add(attribute, value.toString()));
    }
  }

  private void body(List<String> lines) {
    Deque<Section> open = new ArrayDeque<>();
    open.push(new Section(0, List.of()));
    StringBuilder below = new StringBuilder();
    int next = 0;
    for (Node node = PARSER.parse(String.join("\n", lines)).getFirstChild();
        node != null;
        node = node.getNext()) {
      if (node instanceof Heading heading && isHeading(heading, lines)) {
        below.append(unlabelled(lines.subList(next, firstLine(heading))));
        flush(below, open.peek());
        while (open.peek().level() >= heading.getLevel()) {
          open.pop();
        }
        open.push(
            new Section(
                heading.getLevel(),
                SECTIONS.getOrDefault(words(title(heading, lines)), open.peek().attributes())));
        next = lastLine(heading) + 1;
      } else if (node instanceof FencedCodeBlock) {
        // Taken whole: what looks like a labelled item in it is code.
        below.append(unlabelled(lines.subList(next, firstLine(node))));
        below.append(joined(lines.subList(firstLine(node), lastLine(node) + 1)));
        next = lastLine(node) + 1;
      }
    }
    below.append(unlabelled(lines.subList(next, lines.size())));
    flush(below, open.peek());
  }

  private void flush(StringBuilder below, Section section) {
    section.attributes().forEach(attribute -> text.add(attribute, below.toString()));
    below.setLength(0);
  }

  /**
   * The lines without the labelled ones that are known, which feed the attributes of their label.
   */
  private String unlabelled(List<String> lines) {
    StringBuilder rest = new StringBuilder();
    for (String line : lines) {
      Matcher labelled = LABELLED.matcher(line);
      List<String> attributes = labelled.matches() ? SECTIONS.get(words(labelled.group(1))) : null;
      if (attributes == null) {
        rest.append(line).append('\n');
      } else {
        attributes.forEach(attribute -> text.add(attribute, labelled.group(2)));
      }
    }
    return rest.toString();
  }

  /**
   * A list item that a line of dashes follows is text: lists are not parsed here, so it looks like
   * a heading.
   */
  private static boolean isHeading(Heading heading, List<String> lines) {
    return !LIST_MARK.matcher(lines.get(firstLine(heading))).find();
  }

  private static String title(Heading heading, List<String> lines) {
    return joined(lines.subList(firstLine(heading), lastLine(heading) + 1));
  }

  private static int firstLine(Node node) {
    return node.getSourceSpans().get(0).getLineIndex();
  }

  private static int lastLine(Node node) {
    List<SourceSpan> spans = node.getSourceSpans();
    return spans.get(spans.size() - 1).getLineIndex();
  }

  private static String joined(List<String> lines) {
    return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
  }

  private static String words(String title) {
    String plain = OPTIONAL_MARK.matcher(title).replaceAll("").toLowerCase(Locale.ROOT);
    return NOT_A_WORD.matcher(plain).replaceAll(" ").strip();
  }

  private static boolean isPlain(Object value) {
    return value instanceof String || value instanceof Number || value instanceof Boolean;
  }

  private static void section(String attribute, String... titles) {
    for (String title : titles) {
      SECTIONS.put(title, List.of(attribute));
    }
  }

  private RuntimeException refused(String problem) {
    return Refusal.unprocessable(
        IssueType.STRUCTURE, expression, "The model card in " + expression + " " + problem);
  }

  private record Section(int level, List<String> attributes) {}
}
