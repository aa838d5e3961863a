package org.equipoise.aboutme;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.equipoise.aboutme.AboutMe.Part;
import org.equipoise.aboutme.AboutMe.PartCode;
import org.equipoise.fhir.Inputs;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * What a patient says by {@code $about-me}.
 *
 * @param language BCP 47 language of the words
 * @param parts in the order in which they were given
 */
record AboutMeRequest(String language, List<Part> parts) {

  private static final int LONGEST_TEXT = 10_000;
  private static final int LONGEST_NAME = 200;
  private static final int MOST_LANGUAGES = 20;
  private static final int MOST_PEOPLE = 20;

  /**
   * Reads the body of a call.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where a code is
   *     unknown, or something stands in a part that it does not belong to
   */
  static AboutMeRequest parse(Parameters body) {
    Inputs inputs =
        new Inputs(
            "Parameters.parameter",
            body.getParameter(),
            Map.of("language", 1, "part", PartCode.values().length, "requestId", 1));
    if (!inputs.has("language")) {
      throw Refusal.required(
          inputs.at("language"), "Say the language of the words, for example en or es-MX");
    }
    String language = inputs.value("language", StringType.class).orElseThrow().getValue();
    if (!inputs.has("part")) {
      throw Refusal.required(inputs.at("part"), "Say at least one thing about yourself");
    }
    List<Part> parts = new ArrayList<>();
    List<ParametersParameterComponent> given = inputs.all("part");
    for (int i = 0; i < given.size(); i++) {
      Part part = part(given.get(i), inputs.at("part") + "[" + i + "].part");
      if (parts.stream().anyMatch(other -> other.code() == part.code())) {
        throw Refusal.businessRule(
            inputs.at("part") + "[" + i + "]",
            "The part '%s' is given twice; say it in one".formatted(part.code().code()));
      }
      parts.add(part);
    }
    return new AboutMeRequest(language, List.copyOf(parts));
  }

  private static Part part(ParametersParameterComponent given, String path) {
    Inputs in =
        new Inputs(
            path,
            given.getPart(),
            Map.of(
                "code",
                1,
                "text",
                1,
                "name",
                1,
                "pronouns",
                1,
                "language",
                MOST_LANGUAGES,
                "interpreter",
                1,
                "person",
                MOST_PEOPLE));
    PartCode code = code(in);
    Part part =
        new Part(
            code,
            words(in, "text", LONGEST_TEXT),
            words(in, "name", LONGEST_NAME),
            words(in, "pronouns", LONGEST_NAME),
            in.all("language").stream()
                .map(one -> in.value(one, StringType.class).getValue())
                .toList(),
            in.value("interpreter", BooleanType.class).map(BooleanType::getValue).orElse(null),
            in.all("person").stream().map(one -> person(in, one)).toList());
    requireIn(in, code, PartCode.HOW_TO_SPEAK_TO_ME, "name", "pronouns");
    requireIn(in, code, PartCode.LANGUAGE, "language", "interpreter");
    requireIn(in, code, PartCode.WHO_DECIDES_WITH_ME, "person");
    if (!part.saysSomething()) {
      throw Refusal.required(
          in.at("text"), "The part '%s' says nothing: leave it out".formatted(code.code()));
    }
    return part;
  }

  private static PartCode code(Inputs in) {
    String code =
        in.value("code", StringType.class)
            .map(StringType::getValue)
            .orElseThrow(
                () -> Refusal.required(in.at("code"), "Say what the part is about, by its code"));
    return PartCode.of(code)
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    in.at("code"),
                    "The code is one of "
                        + new TreeSet<>(
                            Stream.of(PartCode.values()).map(PartCode::code).toList())));
  }

  private static String words(Inputs in, String name, int longest) {
    String words = in.text(name).filter(text -> !text.isBlank()).orElse(null);
    if (words != null && words.length() > longest) {
      throw Refusal.tooLong(
          in.at(name), "'%s' may have at most %d characters".formatted(name, longest));
    }
    return words;
  }

  private static Reference person(Inputs in, ParametersParameterComponent given) {
    Reference person = in.value(given, Reference.class);
    if (!"RelatedPerson".equals(person.getReferenceElement().getResourceType())
        || !person.getReferenceElement().hasIdPart()) {
      throw Refusal.invalid(in.at("person"), "'person' refers to a RelatedPerson of the patient");
    }
    return new Reference(person.getReferenceElement().toUnqualifiedVersionless().getValue());
  }

  private static void requireIn(Inputs in, PartCode code, PartCode place, String... names) {
    for (String name : names) {
      if (code != place && in.has(name)) {
        throw Refusal.businessRule(
            in.at(name), "'%s' belongs to the part '%s'".formatted(name, place.code()));
      }
    }
  }
}
