package org.equipoise.consent.statement;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.Consent.ConsentState;

/**
 * One thing that a patient decided about one purpose of AI, flat: what {@link ConsentReader} makes
 * of a provision of a Consent (FHIR R4), and all that {@code ConsentPolicy} knows of it. An empty
 * set of actors or documents means any.
 *
 * @param consent the Consent that says it, {@code Consent/7}
 * @param position its place among the statements of that Consent, from 0
 * @param depth 0 for the root provision; a nested one (1) is an exception of the one around it
 * @param patient who decided, {@code Patient/1}
 * @param status of the Consent
 * @param permit true for permit, false for deny
 * @param purpose what for
 * @param actors the AI devices and organisations that it is about, e.g. {@code Device/3}
 * @param documents the resources that it is about, e.g. {@code DocumentReference/4}
 * @param start when a permit begins, null where it does not say
 * @param end the first instant after a permit, null where it does not say; always null for a deny,
 *     which does not lapse
 * @param givenAt {@code Consent.dateTime}, null where it is missing
 * @param evidence what shows that a permit was understood and freely given
 */
public record ConsentStatement(
    String consent,
    int position,
    int depth,
    String patient,
    ConsentState status,
    boolean permit,
    AiPurpose purpose,
    Set<String> actors,
    Set<String> documents,
    Instant start,
    Instant end,
    Instant givenAt,
    Evidence evidence) {

  /** From the oldest to the newest; of one moment in one fixed order. */
  public static final Comparator<ConsentStatement> BY_TIME =
      Comparator.comparing(
              ConsentStatement::givenAt, Comparator.nullsFirst(Comparator.naturalOrder()))
          .thenComparing(ConsentStatement::consent)
          .thenComparing(ConsentStatement::position);

  public ConsentStatement {
    actors = Set.copyOf(actors);
    documents = Set.copyOf(documents);
  }

  /**
   * What shows that a decision was understood and freely given.
   *
   * @param comprehension null where nobody checked
   * @param voluntariness without the patient's words, null where nobody recorded it
   */
  public record Evidence(Comprehension comprehension, Voluntariness voluntariness) {

    /** Of a decision that needs none, or brought none. */
    public static final Evidence NONE = new Evidence(null, null);
  }

  /**
   * True where this is in force: active, or a proposed permit, which counts as a no to just what it
   * names.
   */
  public boolean isInForce() {
    return status == ConsentState.ACTIVE || (status == ConsentState.PROPOSED && permit);
  }

  /** 0 for a general statement; more where it names actors, still more where documents. */
  public int specificity() {
    return (documents.isEmpty() ? 0 : 2) + (actors.isEmpty() ? 0 : 1);
  }

  /**
   * True where this speaks of a use. One that names documents speaks of these alone. A permit that
   * names AIs is for uses by these alone, and one that names organisations for uses by these alone;
   * a deny speaks of each use in which one of those takes part that it names.
   */
  public boolean speaksOf(AiUse use) {
    return patient.equals(use.patient())
        && purpose == use.purpose()
        && (documents.isEmpty() || (use.document() != null && documents.contains(use.document())))
        && isForActors(use.actors());
  }

  /** The part of {@link #speaksOf} that is about who takes part. */
  public boolean isForActors(Set<String> taking) {
    if (actors.isEmpty()) {
      return true;
    }
    if (!permit) {
      return taking.stream().anyMatch(actors::contains);
    }
    return actors.stream()
        .map(ConsentStatement::type)
        .distinct()
        .allMatch(
            type -> {
              List<String> ofType =
                  taking.stream().filter(actor -> type(actor).equals(type)).toList();
              return !ofType.isEmpty() && actors.containsAll(ofType);
            });
  }

  private static String type(String reference) {
    return reference.substring(0, Math.max(0, reference.indexOf('/')));
  }
}
