package org.equipoise.explanation;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.math.BigDecimal;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.ConsentEnforcement.Sight;
import org.equipoise.fhir.ConsentEnforcement.View;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.fhir.WriteRule;
import org.hl7.fhir.instance.model.api.IIdType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentReferenceRelatesToComponent;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * Holds an explanation that comes by a plain write to what {@code $attach-explanation} asks: its
 * six parts are there, its texts are safe to show, its readability is measured here, whatever the
 * client claims, and it is the one current explanation of its document in its language.
 */
final class ExplanationRule implements WriteRule {

  private static final String AT = "DocumentReference";

  private final BigDecimal target;
  private final ConsentEnforcement consent;

  ExplanationRule(AttachExplanationSettings settings, ConsentEnforcement consent) {
    this.target = settings.targetGrade();
    this.consent = consent;
  }

  @Override
  public void beforeStore(Resource incoming, Resource stored, Write write) {
    if (write.byOperation()
        || !(incoming instanceof DocumentReference explanation)
        || !is(explanation)) {
      return;
    }
    GivenExplanation given = GivenExplanation.of(explanation, AT);
    ExplanationDocument.grade(explanation, given.language(), target, AT);
  }

  @Override
  public void afterStore(Resource stored, Resource before, Write write) {
    if (write.byOperation()) {
      return;
    }
    Set<String> places = places(stored);
    places.removeAll(places(before));
    if (places.isEmpty()) {
      return;
    }
    // Of two who write at once, the second finds what the first wrote.
    write.record().lock(places.stream().map("explanation:"::concat).toArray(String[]::new));
    String self = key(stored);
    Sight sight = consent.sight(write.caller());
    for (DocumentReferenceRelatesToComponent relation :
        ((DocumentReference) stored).getRelatesTo()) {
      if (relation.getCode() == DocumentRelationshipType.APPENDS
          && current(relation.getTarget(), write.record())
              .filter(other -> !self.equals(key(other)))
              .filter(other -> places(other).stream().anyMatch(places::contains))
              .anyMatch(other -> !isWithheld(other, sight))) {
        throw Refusal.conflict(
            AT + ".relatesTo",
            AT
                + ".relatesTo: this document has a current explanation in this language. To replace it, store it as"
                + " superseded in the same transaction, or call $attach-explanation, which does so");
      }
    }
  }

  private static Stream<DocumentReference> current(Reference document, WholeRecord record) {
    return record
        .search(
            DocumentReference.class,
            new SearchParameterMap()
                .add(
                    DocumentReference.SP_RELATESTO, new ReferenceParam(DocumentFacts.key(document)))
                .add(
                    DocumentReference.SP_TYPE,
                    new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))
                .add(DocumentReference.SP_STATUS, new TokenParam("current")))
        .stream();
  }

  /** Nobody learns by a refusal of what is withheld from them. */
  private static boolean isWithheld(DocumentReference explanation, Sight sight) {
    return !sight.isOpen()
        && sight.view(
                key(explanation),
                Set.of(String.valueOf(explanation.getSubject().getReferenceElement().getIdPart())),
                false)
            == View.WITHHELD;
  }

  /**
   * Where an explanation is the current one: {@code [id of the document]:[language]}, as {@code
   * $attach-explanation} locks it. Empty for whatever is none.
   */
  private static Set<String> places(Resource resource) {
    Set<String> places = new TreeSet<>();
    if (resource instanceof DocumentReference explanation
        && is(explanation)
        && explanation.getStatus() == DocumentReferenceStatus.CURRENT) {
      String language = explanation.getContentFirstRep().getAttachment().getLanguage();
      explanation.getRelatesTo().stream()
          .filter(relation -> relation.getCode() == DocumentRelationshipType.APPENDS)
          .map(relation -> relation.getTarget().getReferenceElement())
          .filter(IIdType::hasIdPart)
          .forEach(
              id ->
                  places.add(id.getIdPart() + ":" + LanguageTag.parse(language, AT + ".content")));
    }
    return places;
  }

  private static String key(Resource resource) {
    return resource.getIdElement().toUnqualifiedVersionless().getValue();
  }

  private static boolean is(DocumentReference document) {
    return document.getType().hasCoding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION);
  }
}
