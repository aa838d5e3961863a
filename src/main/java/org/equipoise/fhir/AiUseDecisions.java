package org.equipoise.fhir;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;

/**
 * What a patient's consents say about the uses of one AI document, as other features need it;
 * implemented by {@code consent}. Pure: a function of what it is given.
 */
public interface AiUseDecisions {

  /** What to do about a use of AI. */
  enum Verdict {
    PERMIT,
    DENY,
    /** The patient has said nothing: ask before using. */
    ASK
  }

  /** What one version of one Consent says of AI, read once. */
  interface Said {

    /** Whether it speaks of AI at all. */
    boolean isAboutAi();
  }

  /** Reads a Consent of any kind, as stored. */
  Said read(Consent consent);

  /** Whether it speaks of this document, of the AI that wrote it, or of AI in general. */
  boolean speaksOf(Said said, DocumentReference document);

  /**
   * One decision for each purpose of {@code ai-purpose}, in the order of that code system.
   *
   * @param document an AI document as stored
   * @param said all that its patient has said, as it stood at {@code at}
   * @param at the time of the use
   * @param locale language of the reasons
   */
  List<Decision> about(
      DocumentReference document, Collection<Said> said, Instant at, Locale locale);

  /**
   * What holds for one purpose.
   *
   * @param purpose a code of {@code ai-purpose}
   * @param verdict what to do
   * @param basis the consents that decided; empty where the patient has said nothing
   * @param reasons why a yes did not count, in plain words; empty where that is not why
   */
  record Decision(String purpose, Verdict verdict, List<IdType> basis, List<String> reasons) {

    public Decision {
      basis = List.copyOf(basis);
      reasons = List.copyOf(reasons);
    }
  }
}
