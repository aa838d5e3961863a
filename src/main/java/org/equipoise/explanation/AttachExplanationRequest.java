package org.equipoise.explanation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/**
 * What a call of {@code $attach-explanation} asks for, read out of its Parameters. Everything that
 * can be refused without looking into the record is refused here.
 *
 * @param given the explanations that the caller gives, by language
 * @param generate whether the server is to write others
 * @param languages the languages asked for, in their order; may be empty
 * @param targetGrade the grade asked for, if any
 * @param sourceProvenance the Provenance that names the AI that wrote what is given, if any
 */
record AttachExplanationRequest(
    SortedMap<LanguageTag, GivenExplanation> given,
    boolean generate,
    List<LanguageTag> languages,
    Optional<BigDecimal> targetGrade,
    Optional<Reference> sourceProvenance) {

  private static final Set<String> NAMES =
      Set.of(
          "explanation",
          "part",
          "language",
          "targetGrade",
          "generate",
          "sourceProvenance",
          "requestId");
  private static final Set<String> OF_PART = Set.of("language", "code", "text", "reference");

  /** Reads the Parameters of a caller who may attach. */
  static AttachExplanationRequest parse(Parameters input) {
    refuseUnknown(input);
    SortedMap<LanguageTag, GivenExplanation> given = new TreeMap<>();
    readExplanations(input, given);
    readParts(input, given);
    List<LanguageTag> languages = readLanguages(input);
    boolean generate = readGenerate(input);
    if (given.isEmpty() && !generate) {
      throw Refusal.required(
          "Parameters.parameter", "Give 'explanation', or 'part', or generate = true");
    }
    if (!generate && !languages.isEmpty()) {
      throw Refusal.invalid(
          at("language"),
          "'language' goes with generate = true; a given explanation says its own language");
    }
    Optional<Reference> source =
        single(input, "sourceProvenance")
            .map(
                parameter ->
                    value(parameter, Reference.class, at("sourceProvenance"), "valueReference"));
    if (source.isPresent() && generate) {
      throw Refusal.invalid(
          at("sourceProvenance"),
          "'sourceProvenance' names the AI that wrote a given explanation; what the server generates is not written by AI."
              + " Make two calls");
    }
    return new AttachExplanationRequest(given, generate, languages, readTargetGrade(input), source);
  }

  /**
   * Reads the Parameters of a patient, who can only ask that somebody explains.
   *
   * @return the languages asked for, sorted
   */
  static List<LanguageTag> parseOfPatient(Parameters input) {
    refuseUnknown(input);
    for (String name : List.of("explanation", "part", "sourceProvenance", "targetGrade")) {
      if (input.getParameter().stream().anyMatch(parameter -> name.equals(parameter.getName()))) {
        throw Refusal.forbidden(
            "A patient can ask for an explanation, but not attach one: leave '"
                + name
                + "' out of the call");
      }
    }
    return readLanguages(input).stream().sorted().toList();
  }

  /** Where a parameter stands. */
  static String at(String name) {
    return "Parameters.parameter.where(name='" + name + "')";
  }

  private static void refuseUnknown(Parameters input) {
    for (int i = 0; i < input.getParameter().size(); i++) {
      String name = input.getParameter().get(i).getName();
      if (!NAMES.contains(String.valueOf(name))) {
        throw Refusal.invalid(
            "Parameters.parameter[" + i + "].name",
            "'"
                + name
                + "' is no parameter of $attach-explanation; it takes "
                + NAMES.stream().sorted().toList());
      }
    }
  }

  private static void readExplanations(
      Parameters input, SortedMap<LanguageTag, GivenExplanation> given) {
    List<ParametersParameterComponent> explanations = all(input, "explanation");
    for (int i = 0; i < explanations.size(); i++) {
      String at = at("explanation") + "[" + i + "]";
      if (!(explanations.get(i).getResource() instanceof DocumentReference document)) {
        throw Refusal.invalid(
            at + ".resource", "'explanation' must hold a DocumentReference as its resource");
      }
      GivenExplanation explanation = GivenExplanation.of(document, at + ".resource");
      if (given.putIfAbsent(explanation.language(), explanation) != null) {
        throw twice(explanation.language(), at);
      }
    }
  }

  private static void readParts(Parameters input, SortedMap<LanguageTag, GivenExplanation> given) {
    List<ParametersParameterComponent> parts = all(input, "part");
    SortedMap<LanguageTag, Map<PartCode, ExplanationPart>> byLanguage = new TreeMap<>();
    for (int i = 0; i < parts.size(); i++) {
      String at = at("part") + "[" + i + "]";
      refuseUnknownParts(parts.get(i), at);
      LanguageTag language =
          LanguageTag.parse(code(parts.get(i), "language", at), at + partAt("language"));
      ExplanationPart part = readPart(parts.get(i), at);
      if (given.containsKey(language)) {
        throw twice(language, at);
      }
      if (byLanguage
              .computeIfAbsent(language, key -> new EnumMap<>(PartCode.class))
              .put(part.code(), part)
          != null) {
        throw Refusal.invalid(
            at + partAt("code"),
            "The part '"
                + part.code().code()
                + "' is given twice in the language '"
                + language
                + "'");
      }
    }
    byLanguage.forEach(
        (language, ofLanguage) ->
            given.put(
                language,
                GivenExplanation.of(language, List.copyOf(ofLanguage.values()), at("part"))));
  }

  private static ExplanationPart readPart(ParametersParameterComponent part, String at) {
    String code = code(part, "code", at);
    PartCode known =
        PartCode.of(code)
            .orElseThrow(
                () ->
                    Refusal.unprocessable(
                        IssueType.CODEINVALID,
                        at + partAt("code"),
                        "'" + code + "' is no code of explanation-part"));
    String textAt = at + partAt("text") + ".value";
    StringType text = value(one(part, "text", at), StringType.class, textAt, "valueMarkdown");
    String reading = SafeText.markdown(text.getValue(), textAt);
    List<Reference> references =
        part.getPart().stream()
            .filter(child -> "reference".equals(child.getName()))
            .map(
                child ->
                    value(
                        child,
                        Reference.class,
                        at + partAt("reference") + ".value",
                        "valueReference"))
            .toList();
    return new ExplanationPart(known, text.getValue(), reading, references);
  }

  private static void refuseUnknownParts(ParametersParameterComponent part, String at) {
    for (ParametersParameterComponent child : part.getPart()) {
      if (!OF_PART.contains(String.valueOf(child.getName()))) {
        throw Refusal.invalid(
            at + ".part.name",
            "'"
                + child.getName()
                + "' does not belong to 'part', which takes language, code, text, reference");
      }
    }
  }

  private static List<LanguageTag> readLanguages(Parameters input) {
    List<LanguageTag> languages = new ArrayList<>();
    List<ParametersParameterComponent> parameters = all(input, "language");
    for (int i = 0; i < parameters.size(); i++) {
      String at = at("language") + "[" + i + "].value";
      LanguageTag language = LanguageTag.parse(code(parameters.get(i).getValue(), at), at);
      if (languages.contains(language)) {
        throw twice(language, at);
      }
      languages.add(language);
    }
    return languages;
  }

  private static boolean readGenerate(Parameters input) {
    return single(input, "generate")
        .map(
            parameter ->
                value(parameter, BooleanType.class, at("generate") + ".value", "valueBoolean")
                    .booleanValue())
        .orElse(false);
  }

  private static Optional<BigDecimal> readTargetGrade(Parameters input) {
    String at = at("targetGrade") + ".value";
    return single(input, "targetGrade")
        .map(
            parameter -> {
              BigDecimal grade =
                  parameter.getValue() instanceof IntegerType whole && whole.hasValue()
                      ? BigDecimal.valueOf(whole.getValue())
                      : value(parameter, DecimalType.class, at, "valueDecimal").getValue();
              if (grade.signum() <= 0 || grade.compareTo(BigDecimal.valueOf(20)) > 0) {
                throw Refusal.invalid(at, "targetGrade is a school grade above 0 and up to 20");
              }
              return grade;
            });
  }

  private static List<ParametersParameterComponent> all(Parameters input, String name) {
    return input.getParameter().stream()
        .filter(parameter -> name.equals(parameter.getName()))
        .toList();
  }

  private static Optional<ParametersParameterComponent> single(Parameters input, String name) {
    List<ParametersParameterComponent> found = all(input, name);
    if (found.size() > 1) {
      throw Refusal.invalid(at(name), "'" + name + "' may be given once");
    }
    return found.stream().findFirst();
  }

  private static ParametersParameterComponent one(
      ParametersParameterComponent part, String name, String at) {
    List<ParametersParameterComponent> found =
        part.getPart().stream().filter(child -> name.equals(child.getName())).toList();
    if (found.isEmpty()) {
      throw Refusal.required(at + partAt(name), "Each 'part' needs '" + name + "'");
    }
    if (found.size() > 1) {
      throw Refusal.invalid(at + partAt(name), "'" + name + "' may be given once in a 'part'");
    }
    return found.get(0);
  }

  private static String code(ParametersParameterComponent part, String name, String at) {
    return code(one(part, name, at).getValue(), at + partAt(name) + ".value");
  }

  /** A code, which some clients send as a string or, for a part, as a Coding. */
  private static String code(Type value, String at) {
    if (value instanceof Coding coding
        && (!coding.hasSystem() || Canonical.System.EXPLANATION_PART.equals(coding.getSystem()))) {
      return coding.getCode();
    }
    if (value instanceof CodeType || value instanceof StringType) {
      return value.primitiveValue();
    }
    throw Refusal.invalid(at, at + " must be a valueCode");
  }

  private static <T extends Type> T value(
      ParametersParameterComponent parameter, Class<T> type, String at, String expected) {
    if (!type.isInstance(parameter.getValue()) || parameter.getValue().isEmpty()) {
      throw Refusal.invalid(at, at + " must be a " + expected);
    }
    return type.cast(parameter.getValue());
  }

  private static String partAt(String name) {
    return ".part.where(name='" + name + "')";
  }

  private static RuntimeException twice(LanguageTag language, String at) {
    return Refusal.invalid(
        at, "The language '" + language + "' is given twice; one explanation for each language");
  }
}
