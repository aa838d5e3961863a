package org.equipoise.consent.recording;

import java.util.List;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * A Consent in plain words, as its narrative: patient apps that know neither our profile nor our
 * extensions show this. Only sentences of ours go in, as text; never what a client wrote.
 */
public final class ConsentNarrative {

  private ConsentNarrative() {}

  /** The narrative becomes these sentences, each a paragraph. */
  static void set(Consent consent, List<String> sentences) {
    XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
    div.setAttribute("xmlns", XhtmlNode.XMLNS);
    sentences.forEach(sentence -> div.addTag("p").addText(sentence));
    consent.getText().setStatus(NarrativeStatus.GENERATED).setDiv(div);
  }

  /** One more sentence at the end of the narrative. */
  public static void add(Consent consent, String sentence) {
    if (consent.getText().hasDiv()) {
      consent.getText().getDiv().addTag("p").addText(sentence);
    } else {
      set(consent, List.of(sentence));
    }
  }
}
