package org.equipoise.decision;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.equipoise.fhir.FhirR4;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Meta;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/** What a signature is under, and who may change which part of it. Pure. */
final class DecisionContent {

  private DecisionContent() {}

  /**
   * Whether two versions say the same: all but id, state, signatures, date of editing and what the
   * server says of the state.
   */
  static boolean isSame(Composition one, Composition other) {
    return content(one).equals(content(other));
  }

  private static String content(Composition decision) {
    Composition content = decision.copy();
    content.setStatus(null);
    content.setDateElement(null);
    content.setAttester(null);
    content.setText((Narrative) null);
    return encoded(content);
  }

  static boolean isSame(CarePlan one, CarePlan other) {
    return encoded(one.copy()).equals(encoded(other.copy()));
  }

  /** Whether what is sent is what stands in the record. */
  static boolean isSaid(Resource stored, Resource sent) {
    return stored.fhirType().equals(sent.fhirType())
        && encoded((DomainResource) stored.copy()).equals(encoded((DomainResource) sent.copy()));
  }

  /** Whether it says the same, but for what the server's operations note beside it. */
  static boolean isSaidBesides(Resource stored, Resource now) {
    DomainResource before = (DomainResource) stored.copy();
    DomainResource after = (DomainResource) now.copy();
    before.setExtension(null);
    after.setExtension(null);
    return isSaid(before, after);
  }

  /**
   * The lock under which a resource that a decision rests on is changed, or signed.
   *
   * @param reference e.g. {@code Goal/1}
   */
  static String lock(String reference) {
    return "decision-rests-on:" + reference;
  }

  /** Whether a resource can say what matters to a patient. */
  static boolean isPreference(Resource resource) {
    return resource instanceof Goal || resource instanceof Observation;
  }

  /** As text: what two parsers read in another order, or hold in another class, is the same. */
  private static String encoded(DomainResource copy) {
    copy.setId((IdType) null);
    // Labels and tags stay whatever a writer sends, so they are no change.
    copy.setMeta((Meta) null);
    return FhirR4.context().newJsonParser().encodeResourceToString(copy);
  }

  /**
   * What one of two sides changed although it is the other's to say.
   *
   * @param before the version on record; null for a new decision
   * @param after what would be written
   * @param side who writes; empty for a program
   * @param isSelf whether a reference is to the writer
   */
  static List<Breach> changesOfOthers(
      Composition before,
      Composition after,
      Optional<Side> side,
      Function<Reference, Boolean> isSelf) {
    List<Breach> breaches = new ArrayList<>();
    boolean isPatient = side.filter(Side.PATIENT::equals).isPresent();
    if (before != null
        && !isPatient
        && !words(before, Sections.PATIENT_WORDS).equals(words(after, Sections.PATIENT_WORDS))) {
      breaches.add(
          new Breach(
              "own-words",
              Sections.at(Sections.PATIENT_WORDS),
              "Only the patient, or who stands for them, changes the patient's words; keep them exactly as they are on"
                  + " record, and say in a section beside them what you would add"));
    }
    boolean isSpokenByOthers =
        !words(after, Sections.PATIENT_WORDS)
                .equals(before == null ? List.of() : words(before, Sections.PATIENT_WORDS))
            && Sections.all(after, Sections.PATIENT_WORDS)
                .flatMap(section -> section.getAuthor().stream())
                .anyMatch(
                    who ->
                        isPatient
                            ? !isOwnName(who, after, isSelf)
                            : Side.of(who).filter(Side.PATIENT::equals).isEmpty());
    if (isSpokenByOthers) {
      breaches.add(
          new Breach(
              "own-words",
              Sections.at(Sections.PATIENT_WORDS) + ".author",
              "The patient's words stand in the name of who says them: the patient, or who stands for them and writes"
                  + " this"));
    }
    Map<String, String> had = before == null ? Map.of() : dissents(before);
    Map<String, String> has = dissents(after);
    Set<String> touched = new TreeSet<>(had.keySet());
    touched.addAll(has.keySet());
    touched.removeIf(author -> Objects.equals(had.get(author), has.get(author)));
    for (String author : touched) {
      Reference who = new Reference(author);
      boolean own =
          !isPatient || has.containsKey(author)
              ? isPatient ? isOwnName(who, after, isSelf) : isSelf.apply(who)
              : Side.of(who).filter(Side.PATIENT::equals).isPresent();
      if (!own) {
        breaches.add(
            new Breach(
                "own-dissent",
                Sections.at(Sections.DISSENT),
                "What %s does not agree with is theirs alone to write, change and take back"
                    .formatted(author.isEmpty() ? "somebody" : author)));
      }
    }
    if (Sections.all(after, Sections.DISSENT)
            .map(section -> Side.of(section.getAuthorFirstRep()))
            .distinct()
            .count()
        < Sections.all(after, Sections.DISSENT).count()) {
      breaches.add(
          new Breach(
              "own-dissent",
              Sections.at(Sections.DISSENT),
              "Each side says once what it sees in another way"));
    }
    return breaches;
  }

  /** Whoever stands for a patient speaks in their own name, or in the patient's. */
  static boolean isOwnName(
      Reference who, Composition decision, Function<Reference, Boolean> isSelf) {
    return isSelf.apply(who)
        || Objects.equals(Decision.key(who), Decision.key(decision.getSubject()));
  }

  private static List<String> words(Composition decision, String section) {
    return Sections.all(decision, section)
        .map(one -> Sections.exactly(one) + authors(one))
        .toList();
  }

  private static Map<String, String> dissents(Composition decision) {
    return Sections.all(decision, Sections.DISSENT)
        .collect(
            Collectors.toMap(
                DecisionContent::authors, Sections::exactly, (one, other) -> one + "\n" + other));
  }

  private static String authors(SectionComponent section) {
    return section.getAuthor().stream()
        .map(author -> String.valueOf(author.getReference()))
        .collect(Collectors.joining(" "));
  }
}
