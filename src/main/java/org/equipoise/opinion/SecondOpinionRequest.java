package org.equipoise.opinion;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.Inputs;
import org.equipoise.fhir.Refusal;
import org.equipoise.opinion.Opinions.Wanted;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.DateType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;

/**
 * What is asked by {@code $second-opinion}.
 *
 * @param question in words; absent for the question whether the document is right
 * @param performers who is asked
 * @param share what they may read besides what belongs to the document
 * @param expires the last day on which they may read it
 * @param proposal the draft of a clinician that the patient says yes to; with it nothing else but
 *     the last day is said
 * @param withdrawn the request that the patient ends; with it nothing else is said
 */
record SecondOpinionRequest(
    Optional<String> question,
    List<Reference> performers,
    Wanted wanted,
    List<Reference> share,
    Optional<LocalDate> expires,
    Optional<Reference> proposal,
    Optional<Reference> withdrawn) {

  private static final int LONGEST_QUESTION = 2000;
  private static final int MOST_PERFORMERS = 10;
  private static final int MOST_SHARED = 200;
  private static final List<String> NOT_WITH_PROPOSAL =
      List.of("question", "performer", "blinded", "ai", "differentOrganization", "share");
  private static final Set<String> ASKED = Set.of("Practitioner", "PractitionerRole", "Device");

  /**
   * Reads the body of a call.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   */
  static SecondOpinionRequest parse(Parameters body) {
    Inputs in =
        new Inputs(
            "Parameters.parameter",
            body.getParameter(),
            Map.of(
                "question",
                1,
                "withdraw",
                1,
                "performer",
                MOST_PERFORMERS,
                "blinded",
                1,
                "ai",
                1,
                "differentOrganization",
                1,
                "share",
                MOST_SHARED,
                "expires",
                1,
                "request",
                1,
                "requestId",
                1));
    Optional<Reference> proposal = in.value("request", Reference.class);
    if (proposal.isPresent()) {
      requireAlone(in, "request", NOT_WITH_PROPOSAL);
      requireType(in, "request", proposal.get(), Set.of("ServiceRequest"));
    }
    Optional<Reference> withdrawn = in.value("withdraw", Reference.class);
    if (withdrawn.isPresent()) {
      requireAlone(
          in,
          "withdraw",
          Stream.concat(NOT_WITH_PROPOSAL.stream(), Stream.of("request", "expires")).toList());
      requireType(in, "withdraw", withdrawn.get(), Set.of("ServiceRequest"));
    }
    Optional<String> question = in.text("question").filter(text -> !text.isBlank());
    if (question.filter(text -> text.length() > LONGEST_QUESTION).isPresent()) {
      throw Refusal.tooLong(
          in.at("question"), "'question' may have at most " + LONGEST_QUESTION + " characters");
    }
    List<Reference> performers =
        in.all("performer").stream().map(one -> in.value(one, Reference.class)).toList();
    performers.forEach(one -> requireType(in, "performer", one, ASKED));
    List<Reference> share =
        in.all("share").stream().map(one -> in.value(one, Reference.class)).toList();
    share.forEach(one -> requireType(in, "share", one, Set.of()));
    return new SecondOpinionRequest(
        question,
        performers,
        new Wanted(is(in, "blinded"), is(in, "differentOrganization"), is(in, "ai")),
        share,
        in.value("expires", DateType.class).map(date -> day(in, date)),
        proposal,
        withdrawn);
  }

  private static void requireAlone(Inputs in, String alone, List<String> others) {
    for (String name : others) {
      if (in.has(name)) {
        throw Refusal.invalid(
            in.at(name),
            "With '%s' the patient speaks of a request that is there: '%s' is not given"
                .formatted(alone, name));
      }
    }
  }

  private static void requireType(Inputs in, String name, Reference given, Set<String> types) {
    String type = given.getReferenceElement().getResourceType();
    if (type == null
        || !given.getReferenceElement().hasIdPart()
        || given.getReferenceElement().isAbsolute()
        || !(types.isEmpty() || types.contains(type))) {
      throw Refusal.invalid(
          in.at(name),
          types.isEmpty()
              ? "'%s' refers to a resource of this record, as Type/id".formatted(name)
              : "'%s' refers to one of %s, as Type/id".formatted(name, types));
    }
  }

  private static boolean is(Inputs in, String name) {
    return in.value(name, BooleanType.class).map(BooleanType::booleanValue).orElse(false);
  }

  private static LocalDate day(Inputs in, DateType date) {
    try {
      return LocalDate.parse(date.getValueAsString());
    } catch (java.time.format.DateTimeParseException e) {
      throw Refusal.invalid(in.at("expires"), "'expires' is a day, such as 2027-01-31");
    }
  }
}
