package org.equipoise.review;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.List;
import org.equipoise.fhir.AiDocument;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.equipoise.review.Review.Plan;
import org.equipoise.review.Review.Situation;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Resource;

/**
 * {@code POST DocumentReference/[id]/$review}: a clinician decides on an AI draft. See {@code
 * docs/review.md}.
 */
public final class ReviewProvider implements OperationProvider {

  private static final String NAME = "review";

  private final RecordOperation operation;
  private final Review review;
  private final DocumentViews views;

  ReviewProvider(RecordOperation operation, Review review, DocumentViews views) {
    this.operation = operation;
    this.review = review;
    this.views = views;
  }

  /** Answers the document as it now stands, its Provenance, and what was done in words. */
  @Operation(
      name = "$" + NAME,
      typeName = "DocumentReference",
      canonicalUrl = Canonical.BASE + "/OperationDefinition/" + NAME)
  public Parameters review(
      @IdParam IdType id, @ResourceParam IBaseResource body, RequestDetails details) {
    Parameters input = OperationProvider.parametersOf(body);
    ReviewRequest request = ReviewRequest.parse(input);
    String version = details.getHeader("If-Match");
    if (version == null || version.isBlank()) {
      throw Refusal.required(
          "Parameters",
          "Give the header If-Match with the version that was read, such as W/\"1\": a review is of one text");
    }
    return operation.run(
        NAME,
        id,
        input,
        details,
        transaction -> draft(transaction, id),
        transaction -> decide(transaction, draft(transaction, id), request));
  }

  /** What is to be decided on; that it was decided before is said whatever version was read. */
  private static DocumentReference draft(RecordTransaction transaction, IdType id) {
    Review.requireClinician(transaction.caller());
    // Of two who decide at once, the second finds what the first decided.
    transaction.lock("review:" + id.getIdPart());
    DocumentReference draft =
        transaction.read(DocumentReference.class, id.toUnqualifiedVersionless());
    Review.requireDraft(draft);
    return draft;
  }

  private Parameters decide(
      RecordTransaction transaction, DocumentReference draft, ReviewRequest request) {
    String self = draft.getIdElement().toUnqualifiedVersionless().getValue();
    List<Device> devices =
        AiDocument.devices(draft)
            .flatMap(author -> transaction.find(Device.class, author).stream())
            .toList();
    Plan plan =
        review.plan(
            request,
            new Situation(
                draft,
                AiAuthors.of(
                    draft,
                    transaction.search(Provenance.class, by(Provenance.SP_TARGET, self)),
                    devices,
                    ReviewWords.of(draft)),
                views.lastOpened(
                    transaction.caller().person().orElseThrow().getIdPart(), draft.getIdElement()),
                isExplained(transaction, self),
                transaction.search(Consent.class, by(Consent.SP_DATA, self)),
                transaction.caller(),
                transaction.now()));
    List<Resource> stored = transaction.write(plan.bundle());
    Parameters answer = new Parameters();
    answer.addParameter().setName("return").setResource(stored.get(0));
    answer.addParameter().setName("provenance").setResource(stored.get(1));
    answer.addParameter().setName("outcome").setResource(plan.outcome());
    return answer;
  }

  private static boolean isExplained(RecordTransaction transaction, String document) {
    return !transaction
        .search(
            DocumentReference.class,
            by(DocumentReference.SP_RELATESTO, document)
                .add(
                    DocumentReference.SP_TYPE,
                    new TokenParam(Canonical.System.DOCUMENT_TYPE, Canonical.AI_EXPLANATION))
                .add(DocumentReference.SP_STATUS, new TokenParam("current")))
        .isEmpty();
  }

  private static SearchParameterMap by(String parameter, String reference) {
    return SearchParameterMap.newSynchronous().add(parameter, new ReferenceParam(reference));
  }
}
