package org.equipoise.aidocument;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.Attachment;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Extension;

/**
 * What happens to a model card before it is validated: the source attributes that its attachments
 * state are written into its {@code source-attribute} extensions. Where the card speaks, it
 * replaces what the sender claims; where it is silent, the sender's own statement stays; where
 * neither says anything, the attribute is {@code notAvailable}.
 */
public final class ModelCardIntake {

  private ModelCardIntake() {}

  /** True for a DocumentReference typed {@code AIModelCard}. */
  public static boolean isModelCard(DocumentReference document) {
    return document.getType().getCoding().stream()
        .anyMatch(
            type ->
                Canonical.System.AI_INPUTS.equals(type.getSystem())
                    && Canonical.AI_MODEL_CARD.equals(type.getCode()));
  }

  /**
   * Fills the extensions in place. A card whose text is not inside, but only referred to by URL, is
   * left as it is: the server fetches nothing.
   *
   * @throws ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException as {@link
   *     ModelCardReader#read}
   */
  public static void complete(DocumentReference card) {
    Map<String, SourceAttribute> said = new LinkedHashMap<>();
    for (int i = 0; i < card.getContent().size(); i++) {
      Attachment attachment = card.getContent().get(i).getAttachment();
      if (attachment.hasData() && ModelCardReader.reads(attachment.getContentType())) {
        ModelCardReader.read(
                attachment.getContentType(),
                attachment.getData(),
                "DocumentReference.content[%d].attachment.data".formatted(i))
            .forEach(
                attribute ->
                    said.merge(
                        attribute.code(),
                        attribute,
                        (first, next) -> first.text().isPresent() ? first : next));
      }
    }
    if (said.isEmpty()) {
      return;
    }
    Map<String, List<Extension>> claimed =
        card.getExtensionsByUrl(Canonical.Extension.SOURCE_ATTRIBUTE).stream()
            .collect(Collectors.groupingBy(ModelCardIntake::code));
    said.forEach(
        (code, attribute) -> {
          List<Extension> claims = claimed.getOrDefault(code, List.of());
          if (attribute.text().isPresent() || claims.isEmpty()) {
            card.getExtension().removeAll(claims);
            card.addExtension(attribute.toExtension());
          }
        });
  }

  private static String code(Extension claim) {
    Extension code = claim.getExtensionByUrl("code");
    return code != null
            && code.getValue() instanceof CodeableConcept concept
            && concept.getCodingFirstRep().hasCode()
        ? concept.getCodingFirstRep().getCode()
        : "";
  }
}
