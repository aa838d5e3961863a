package org.equipoise.consent.recording;

import ca.uhn.fhir.rest.annotation.IdParam;
import ca.uhn.fhir.rest.annotation.Operation;
import ca.uhn.fhir.rest.annotation.ResourceParam;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.equipoise.consent.policy.ConsentSettings;
import org.equipoise.consent.policy.ConsentWords;
import org.equipoise.consent.statement.AiUse;
import org.equipoise.consent.statement.Consents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Inputs;
import org.equipoise.fhir.OperationProvider;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.RecordTransaction;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.instance.model.api.IBaseResource;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.Reference;

/**
 * {@code POST Consent/[id]/$confirm-free-choice}: a neutral person says whether a permit was given
 * freely.
 */
public class ConfirmFreeChoiceProvider implements OperationProvider {

  /** The operation, without the dollar sign; also the code of the Task that asks for it. */
  public static final String NAME = "confirm-free-choice";

  private static final int LONGEST_NOTE = 1000;

  private final RecordOperation operation;
  private final Neutrality neutrality;
  private final ConfirmFreeChoice confirm;

  ConfirmFreeChoiceProvider(
      RecordOperation operation, Neutrality neutrality, ConsentSettings settings) {
    this.operation = operation;
    this.neutrality = neutrality;
    this.confirm = new ConfirmFreeChoice(settings);
  }

  /**
   * Says whether a choice is free.
   *
   * @param body a Parameters resource, as {@code OperationDefinition/confirm-free-choice} says
   * @return {@code return} (the Consent as stored), {@code effective}, {@code provenance} and
   *     {@code outcome}
   */
  @Operation(name = "$" + NAME, typeName = "Consent")
  public Parameters confirmFreeChoice(
      @IdParam IdType consent, @ResourceParam IBaseResource body, RequestDetails request) {
    Parameters input = OperationProvider.parametersOf(body);
    Inputs in =
        new Inputs(
            "Parameters.parameter",
            input.getParameter(),
            Map.of("free", 1, "note", 1, "requestId", 1));
    boolean isFree =
        in.value("free", BooleanType.class)
            .map(BooleanType::booleanValue)
            .orElseThrow(
                () -> Refusal.required(in.at("free"), in.at("free") + ": give true or false"));
    String note = in.text("note").orElse(null);
    if (note != null && note.length() > LONGEST_NOTE) {
      throw Refusal.tooLong(
          in.at("note"), "%s: at most %d characters".formatted(in.at("note"), LONGEST_NOTE));
    }
    String languages = request.getHeader("Accept-Language");
    return operation.run(
        NAME,
        consent,
        input,
        request,
        transaction -> confirm(transaction, consent, isFree, note, languages));
  }

  private Parameters confirm(
      RecordTransaction transaction, IdType id, boolean isFree, String note, String languages) {
    Caller caller = transaction.caller();
    if (!caller.isPractitioner()) {
      throw Refusal.forbidden("Only a practitioner in person says whether a choice is free.");
    }
    Consent consent = transaction.read(Consent.class, id.toUnqualifiedVersionless());
    String by = caller.person().orElseThrow().toUnqualifiedVersionless().getValue();
    requireNeutral(transaction, consent, by);
    return ConsentRecorder.write(
        transaction,
        confirm.plan(
            consent,
            new Reference(by),
            isFree,
            note,
            FreeChoiceTasks.open(transaction, List.of(consent)),
            transaction.now(),
            ConsentWords.in(consent.getLanguage(), languages)));
  }

  private void requireNeutral(RecordTransaction transaction, Consent consent, String by) {
    Stream<DocumentReference> documents =
        Consents.documents(consent).stream()
            .flatMap(
                document ->
                    transaction.find(DocumentReference.class, new Reference(document)).stream());
    boolean isNeutral =
        neutrality.isNeutral(
            by,
            AiUse.key(consent.getPatient()),
            GuardedPermit.circumstances(consent).askedBy(),
            documents);
    if (!isNeutral) {
      throw Refusal.forbidden(
          "Only somebody neutral says whether this choice is free: not who asked for it, not who"
              + " treats the patient, and not who wrote or attested the document.");
    }
  }
}
