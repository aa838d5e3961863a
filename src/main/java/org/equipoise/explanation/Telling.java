package org.equipoise.explanation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Organization;
import org.hl7.fhir.r4.model.Practitioner;
import org.hl7.fhir.r4.model.Reference;

/**
 * What the parts of an explanation share: the facts, the words, and how people and things are
 * called.
 *
 * @param facts what the record says
 * @param wording the words of the language
 * @param quotation which texts may be quoted
 */
record Telling(DocumentFacts facts, Wording wording, Quotation quotation) {

  /**
   * Words for something, and the elements they come from.
   *
   * @param text what it is called
   * @param citations what says so; empty where no element does
   */
  record Called(String text, List<Citation> citations) {}

  Sentence sentence(String key, Map<String, Object> arguments, Citation... citations) {
    return new Sentence(wording.say(key, arguments), Arrays.asList(citations));
  }

  Sentence sentence(String key, Citation... citations) {
    return sentence(key, Map.of(), citations);
  }

  /** A sentence with a name in it. */
  Sentence sentence(String key, String argument, Called called, Citation... citations) {
    List<Citation> all = new ArrayList<>(Arrays.asList(citations));
    all.addAll(called.citations());
    return new Sentence(wording.say(key, Map.of(argument, called.text())), all);
  }

  /** An element of the AI document. */
  Citation cite(String path) {
    return Citation.of(facts.document(), "DocumentReference." + path);
  }

  /** What the AI document is called in a sentence: "this visit note". */
  Called document() {
    DocumentReference document = facts.document();
    for (Coding coding : document.getType().getCoding()) {
      String key = "document." + coding.getCode();
      if (Canonical.System.LOINC.equals(coding.getSystem()) && wording.has(key)) {
        return new Called(wording.say(key), List.of(cite("type.coding.code")));
      }
    }
    return title(document)
        .map(
            title ->
                new Called(
                    wording.say(
                        "document.named",
                        Map.of("name", wording.quote(wording.name(title.text())))),
                    title.citations()))
        .orElseGet(() -> new Called(wording.say("document.default"), List.of()));
  }

  /** The kind of a document in the words of its type, as they stand. */
  Optional<Called> title(DocumentReference document) {
    if (document.getType().hasText()) {
      return Optional.of(
          new Called(
              document.getType().getText(),
              List.of(Citation.of(document, "DocumentReference.type.text"))));
    }
    return document.getType().getCoding().stream()
        .filter(Coding::hasDisplay)
        .findFirst()
        .map(
            coding ->
                new Called(
                    coding.getDisplay(),
                    List.of(Citation.of(document, "DocumentReference.type.coding.display"))));
  }

  /** The name of a person, by the person's own resource or else by what the reference says. */
  Optional<Called> person(Reference reference, Citation referenced) {
    return DocumentFacts.named(facts.practitioners(), reference)
        .flatMap(this::nameOf)
        .or(() -> display(reference, referenced));
  }

  /** The name of an organization, by its own resource or else by what the reference says. */
  Optional<Called> organization(Reference reference, Citation referenced) {
    return DocumentFacts.named(facts.organizations(), reference)
        .filter(Organization::hasName)
        .map(
            organization ->
                new Called(
                    wording.name(organization.getName()),
                    List.of(Citation.of(organization, "Organization.name"))))
        .or(() -> display(reference, referenced));
  }

  /** The name that a reference itself carries. */
  Optional<Called> display(Reference reference, Citation referenced) {
    return Optional.of(reference)
        .filter(Reference::hasDisplay)
        .map(
            named ->
                new Called(
                    wording.name(named.getDisplay()),
                    List.of(new Citation(referenced.resource(), referenced.path() + ".display"))));
  }

  /**
   * What a model card says under a heading, as {@code <key>.quoted}, {@code <key>.long} or {@code
   * <key>.withheld}; empty where the card does not mention it.
   */
  Optional<Sentence> cardSays(ModelCard card, String code, String key) {
    return card.text(code)
        .map(
            text ->
                quotation
                    .quotable(text, card.language().orElse(null))
                    .map(
                        quotable ->
                            sentence(
                                key + ".quoted",
                                Map.of("quote", wording.quote(quotable)),
                                card.cite(code, "text")))
                    .orElseGet(
                        () ->
                            sentence(
                                key + ".long",
                                Map.of("words", quotation.words(text)),
                                card.cite(code, "text"))))
        .or(
            () ->
                card.isWithheld(code)
                    ? Optional.of(sentence(key + ".withheld", card.cite(code, "notAvailable")))
                    : Optional.empty());
  }

  /**
   * A free text of the record, as {@code <key>.short}, which quotes it, or {@code <key>.long},
   * which counts it.
   */
  Sentence freeText(
      String key, String text, Map<String, Object> arguments, List<Citation> citations) {
    Map<String, Object> all = new HashMap<>(arguments);
    Optional<String> quotable = quotation.quotable(text, null);
    quotable.ifPresentOrElse(
        quoted -> all.put("quote", wording.quote(quoted)),
        () -> all.put("words", quotation.words(text)));
    return new Sentence(
        wording.say(key + (quotable.isPresent() ? ".short" : ".long"), all), citations);
  }

  private Optional<Called> nameOf(Practitioner practitioner) {
    return practitioner.getName().stream()
        .filter(name -> !name.isEmpty())
        .findFirst()
        .map(Telling::fullName)
        .filter(name -> !name.isBlank())
        .map(
            name ->
                new Called(
                    wording.name(name),
                    List.of(Citation.of(practitioner, "Practitioner.name.first()"))));
  }

  private static String fullName(HumanName name) {
    return name.hasText() ? name.getText() : name.getNameAsSingleString();
  }
}
