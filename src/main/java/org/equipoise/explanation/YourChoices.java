package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.List;
import org.equipoise.fhir.ConsentStatements;

/**
 * The part {@code your-choices}: what the patient said about AI, whether it counts, and whom to
 * ask.
 */
final class YourChoices {

  private final Telling telling;

  YourChoices(Telling telling) {
    this.telling = telling;
  }

  List<Sentence> sentences() {
    List<Sentence> sentences = new ArrayList<>();
    for (ConsentStatements.Statement statement : telling.facts().consents()) {
      String key = "choice." + decision(statement) + "." + statement.purpose();
      if (telling.wording().has(key)) {
        String consent = statement.consent().toUnqualifiedVersionless().getValue();
        sentences.add(
            telling.sentence(
                key,
                new Citation(consent, "Consent.provision.type"),
                new Citation(consent, "Consent.provision.purpose.code"),
                new Citation(consent, "Consent.status")));
      }
    }
    if (sentences.isEmpty()) {
      String document =
          telling.facts().document().getIdElement().toUnqualifiedVersionless().getValue();
      sentences.add(
          telling.sentence("choice.none", new Citation(document, "Consent?data=" + document)));
    }
    telling
        .organization(telling.facts().document().getCustodian(), telling.cite("custodian"))
        .map(keeper -> telling.sentence("choice.keeper", "organization", keeper))
        .ifPresent(sentences::add);
    return sentences;
  }

  private static String decision(ConsentStatements.Statement statement) {
    if (!statement.permit()) {
      return "deny";
    }
    return statement.effective() ? "permit" : "idle";
  }
}
