package org.equipoise.review;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Parameters.ParametersParameterComponent;
import org.hl7.fhir.r4.model.Signature;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/**
 * What a clinician decided.
 *
 * @param contents all contents of the corrected document; empty unless it was corrected
 * @param reason why, in words for the patient
 * @param claimedSeconds how long they looked, as their client says
 */
record ReviewRequest(
    Decision decision,
    List<Attachment> contents,
    Optional<String> reason,
    Optional<Integer> claimedSeconds,
    Optional<Signature> signature) {

  enum Decision {
    ATTEST("attest"),
    ATTEST_WITH_EDITS("attest-with-edits"),
    REJECT("reject");

    private final String code;

    Decision(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }
  }

  static final int LONGEST_REASON = 1000;
  private static final int LONGEST_REVIEW_SECONDS = 24 * 60 * 60;

  private static final Set<String> KNOWN =
      Set.of("decision", "content", "reason", "reviewSeconds", "signature", "requestId");

  static String at(String name) {
    return "Parameters.parameter.where(name='" + name + "')";
  }

  /**
   * Reads the body of a call.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where it is malformed
   * @throws ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException 422 where its parts do
   *     not fit the decision
   */
  static ReviewRequest parse(Parameters body) {
    for (ParametersParameterComponent parameter : body.getParameter()) {
      String name = parameter.getName();
      if (name == null || !KNOWN.contains(name)) {
        throw Refusal.invalid(
            at(String.valueOf(name)),
            "Unknown parameter '%s'; known are %s".formatted(name, new TreeSet<>(KNOWN)));
      }
      if (!"content".equals(name)
          && body.getParameter().stream().filter(one -> name.equals(one.getName())).count() > 1) {
        throw Refusal.invalid(at(name), "'%s' may be given once".formatted(name));
      }
    }
    ReviewRequest request =
        new ReviewRequest(
            decision(body),
            values(body, "content", Attachment.class),
            one(body, "reason", StringType.class)
                .map(value -> value.getValue().strip())
                .filter(words -> !words.isEmpty()),
            one(body, "reviewSeconds", IntegerType.class).map(IntegerType::getValue),
            one(body, "signature", Signature.class));
    request.requireFitting();
    return request;
  }

  private static Decision decision(Parameters body) {
    String code =
        one(body, "decision", CodeType.class)
            .map(CodeType::getValue)
            .orElseThrow(
                () ->
                    Refusal.required(
                        at("decision"), "Say the decision: attest, attest-with-edits or reject"));
    return Arrays.stream(Decision.values())
        .filter(known -> known.code.equals(code))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.unprocessable(
                    IssueType.CODEINVALID,
                    at("decision"),
                    "The decision is one of "
                        + Arrays.stream(Decision.values())
                            .map(Decision::code)
                            .collect(Collectors.joining(", "))));
  }

  private void requireFitting() {
    if (decision == Decision.ATTEST_WITH_EDITS && contents.isEmpty()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at("content"),
          "attest-with-edits needs the corrected text as 'content'");
    }
    if (decision != Decision.ATTEST_WITH_EDITS && !contents.isEmpty()) {
      throw Refusal.businessRule(
          at("content"),
          "'content' belongs to attest-with-edits: " + decision.code + " changes no text");
    }
    if (decision == Decision.REJECT && reason.isEmpty()) {
      throw Refusal.unprocessable(
          IssueType.REQUIRED,
          at("reason"),
          "To reject, give a 'reason' in words that the patient can read");
    }
    if (decision == Decision.ATTEST && reason.isPresent()) {
      throw Refusal.businessRule(
          at("reason"), "'reason' belongs to reject and attest-with-edits: attest changes nothing");
    }
    if (reason.filter(words -> words.length() > LONGEST_REASON).isPresent()) {
      throw Refusal.invalid(
          at("reason"), "'reason' may have at most " + LONGEST_REASON + " characters");
    }
    if (claimedSeconds
        .filter(seconds -> seconds < 0 || seconds > LONGEST_REVIEW_SECONDS)
        .isPresent()) {
      throw Refusal.invalid(
          at("reviewSeconds"), "'reviewSeconds' is from 0 to " + LONGEST_REVIEW_SECONDS);
    }
    for (int i = 0; i < contents.size(); i++) {
      Attachment content = contents.get(i);
      if (!content.hasContentType() || !(content.hasData() || content.hasUrl())) {
        throw Refusal.unprocessable(
            IssueType.REQUIRED,
            "Parameters.parameter.where(name='content')[" + i + "].value",
            "Each 'content' has a contentType, and data or a url");
      }
    }
  }

  private static <T extends Type> Optional<T> one(Parameters body, String name, Class<T> type) {
    return values(body, name, type).stream().findFirst();
  }

  private static <T extends Type> List<T> values(Parameters body, String name, Class<T> type) {
    List<T> values = new ArrayList<>();
    for (ParametersParameterComponent parameter : body.getParameter()) {
      if (name.equals(parameter.getName())) {
        if (!type.isInstance(parameter.getValue()) || parameter.getValue().isEmpty()) {
          throw Refusal.invalid(
              at(name),
              "'%s': give value%s".formatted(name, type.getSimpleName().replaceFirst("Type$", "")));
        }
        values.add(type.cast(parameter.getValue()));
      }
    }
    return List.copyOf(values);
  }
}
