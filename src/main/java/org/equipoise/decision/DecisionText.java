package org.equipoise.decision;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.equipoise.fhir.AiDocument;
import org.hl7.fhir.r4.model.Annotation;
import org.hl7.fhir.r4.model.BooleanType;
import org.hl7.fhir.r4.model.CarePlan;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionAttesterComponent;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Goal;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationComponentComponent;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Quantity;
import org.hl7.fhir.r4.model.Range;
import org.hl7.fhir.r4.model.Ratio;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Type;
import org.hl7.fhir.r4.model.UriType;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * A decision as a page of plain text for the patient: the server's own words are short and plain,
 * what the two wrote stands as they wrote it. Pure.
 */
final class DecisionText {

  private final Decision decision;
  private final Composition composition;
  private final DecisionWords words;
  private final int questions;
  private final Function<Reference, Optional<String>> names;
  private final List<String> lines = new ArrayList<>();

  private DecisionText(
      Decision decision,
      DecisionWords words,
      int questions,
      Function<Reference, Optional<String>> names) {
    this.decision = decision;
    this.composition = decision.composition();
    this.words = words;
    this.questions = questions;
    this.names = names;
  }

  /**
   * The page.
   *
   * @param questions how many questions the score is counted from
   * @param names what people are called
   */
  static String of(
      Decision decision,
      DecisionWords words,
      int questions,
      Function<Reference, Optional<String>> names) {
    return new DecisionText(decision, words, questions, names).write();
  }

  /** The state of a decision, as a sentence. */
  static String state(Composition composition, DecisionWords words) {
    if (DecisionLife.isFinal(composition)) {
      return words.say("state." + composition.getStatus().toCode());
    }
    if (composition.getStatus() == CompositionStatus.ENTEREDINERROR) {
      return words.say("state.entered-in-error");
    }
    List<Side> unsigned = DecisionLife.unsigned(composition).toList();
    return unsigned.size() == 1
        ? words.say("state.open." + unsigned.get(0).name().toLowerCase(Locale.ROOT))
        : words.say("state.open");
  }

  /** Sets what the narrative says of the state: an app that knows no profile shows that. */
  static void tellState(Composition composition, DecisionWords words) {
    XhtmlNode div = new XhtmlNode(NodeType.Element, "div");
    div.setAttribute("xmlns", XhtmlNode.XMLNS);
    div.setAttribute("lang", words.language());
    div.setAttribute("xml:lang", words.language());
    div.addTag("p").addText(state(composition, words));
    composition.getText().setStatus(NarrativeStatus.GENERATED).setDiv(div);
  }

  private String write() {
    lines.add(words.say("title"));
    lines.add("");
    lines.add(state(composition, words));
    composition.getAttester().forEach(this::signature);
    if (!words.isWished()) {
      lines.add(words.say("language"));
    }
    heading(Sections.QUESTION);
    told(Sections.QUESTION);
    heading(Sections.OPTIONS);
    told(Sections.OPTIONS);
    int number = 1;
    for (CarePlan option : decision.options().values()) {
      option(number++, option);
    }
    heading(Sections.PREFERENCES);
    told(Sections.PREFERENCES);
    decision.preferences().values().forEach(this::preference);
    heading(Sections.PATIENT_WORDS);
    told(Sections.PATIENT_WORDS);
    heading(Sections.AI_INFLUENCE);
    ai();
    heading(Sections.DECISION);
    lines.add(
        decision
            .chosen()
            .map(chosen -> words.say("chosen", chosen.getValue().getTitle()))
            .orElseGet(() -> words.say("put-off")));
    told(Sections.DECISION);
    heading(Sections.CONTROL);
    control();
    heading(Sections.CONFLICT);
    lines.add(feeling());
    if (Sections.of(composition, Sections.DISSENT).isPresent()) {
      heading(Sections.DISSENT);
      Sections.all(composition, Sections.DISSENT).forEach(this::dissent);
    }
    others();
    heading("next");
    lines.add(words.say("next.change"));
    lines.add(words.say("next.ask"));
    return String.join("\n", lines) + "\n";
  }

  private void heading(String section) {
    lines.add("");
    lines.add(words.say("heading." + section));
  }

  private void signature(CompositionAttesterComponent signature) {
    String type = signature.getParty().getReferenceElement().getResourceType();
    String key =
        switch (String.valueOf(type)) {
          case "Patient" -> "signed.patient";
          case "RelatedPerson" -> "signed.stand-in";
          default -> "signed.clinician";
        };
    lines.add(words.say(key, name(signature.getParty()), words.date(signature.getTime())));
  }

  private String name(Reference who) {
    if ("Patient".equals(who.getReferenceElement().getResourceType())) {
      return words.say("you");
    }
    return names.apply(who).orElseGet(() -> words.say("somebody"));
  }

  /** What the section says, as it was written. */
  private void told(String section) {
    Sections.all(composition, section).forEach(one -> told(one, ""));
  }

  /** With what stands inside, such as a translation. */
  private void told(SectionComponent section, String title) {
    String told = title + text(section);
    if (!told.isBlank()) {
      lines.add(told);
    }
    inside(section);
  }

  private void inside(SectionComponent section) {
    section
        .getSection()
        .forEach(beside -> told(beside, beside.hasTitle() ? beside.getTitle() + ": " : ""));
  }

  private static String text(SectionComponent section) {
    XhtmlNode div = section.getText().getDiv();
    return div == null ? "" : PlainText.of(div);
  }

  /** A section that is none of ours is part of what both sign, so it is told too. */
  private void others() {
    for (SectionComponent section : composition.getSection()) {
      if (Sections.isOurs(section)) {
        continue;
      }
      lines.add("");
      said(section.getCode())
          .or(() -> Optional.ofNullable(section.getTitle()))
          .ifPresent(lines::add);
      told(section, "");
    }
  }

  private void option(int number, CarePlan option) {
    lines.add("");
    lines.add(number + ". " + option.getTitle());
    lines.add(option.getDescription());
    OutcomeEstimate.of(option).forEach(this::outcome);
  }

  private void outcome(OutcomeEstimate outcome) {
    String kind = words.say("outcome." + outcome.kind());
    StringBuilder line =
        new StringBuilder(
            outcome
                .frequency()
                .map(
                    frequency ->
                        words.say(
                            "outcome.counted",
                            kind,
                            outcome.description(),
                            DecisionWords.count(frequency.getNumerator().getValue()),
                            DecisionWords.count(frequency.getDenominator().getValue()),
                            outcome
                                .timeframe()
                                .map(time -> words.say("outcome.in", words.time(time)))
                                .orElse("")))
                .orElseGet(() -> words.say("outcome.told", kind, outcome.description())));
    outcome
        .certainty()
        .ifPresent(
            certainty -> line.append(' ').append(words.say("outcome.certainty." + certainty)));
    outcome
        .source()
        .ifPresent(
            source ->
                line.append(' ')
                    .append(
                        words.say(
                            "outcome.source",
                            source instanceof UriType uri
                                ? uri.getValue()
                                : Optional.ofNullable(((Reference) source).getDisplay())
                                    .orElseGet(() -> words.say("outcome.source.record")))));
    lines.add("- " + line);
  }

  private void preference(Resource preference) {
    if (preference instanceof Goal goal) {
      String text =
          goal.getDescription().hasText()
              ? goal.getDescription().getText()
              : goal.getDescription().getCodingFirstRep().getDisplay();
      if (text != null) {
        lines.add("- " + words.say("goal", text));
      }
    } else if (preference instanceof Observation observation) {
      observed(observation);
    }
  }

  private void observed(Observation observation) {
    List<String> said = new ArrayList<>();
    value(observation.getValue())
        .or(() -> said(observation.getDataAbsentReason()))
        .ifPresent(said::add);
    observation.getNote().stream()
        .map(Annotation::getText)
        .filter(Objects::nonNull)
        .forEach(said::add);
    point("- ", said(observation.getCode()), said);
    for (ObservationComponentComponent part : observation.getComponent()) {
      point(
          "  - ",
          said(part.getCode()),
          value(part.getValue()).or(() -> said(part.getDataAbsentReason())).stream().toList());
    }
  }

  private void point(String bullet, Optional<String> name, List<String> said) {
    String line =
        Stream.of(name.stream(), Stream.of(String.join(". ", said)))
            .flatMap(part -> part)
            .filter(part -> !part.isBlank())
            .collect(Collectors.joining(": "));
    if (!line.isEmpty()) {
      lines.add(bullet + line);
    }
  }

  private static Optional<String> said(CodeableConcept concept) {
    return Optional.ofNullable(
        concept.hasText() ? concept.getText() : concept.getCodingFirstRep().getDisplay());
  }

  private Optional<String> value(Type value) {
    if (value instanceof CodeableConcept concept) {
      return said(concept).or(() -> Optional.ofNullable(concept.getCodingFirstRep().getCode()));
    }
    if (value instanceof BooleanType given && given.hasValue()) {
      return Optional.of(words.say(given.booleanValue() ? "yes" : "no"));
    }
    if (value instanceof Quantity quantity) {
      return Optional.of(words.quantity(quantity));
    }
    if (value instanceof Range range) {
      return Optional.of(
          words.say("range", words.quantity(range.getLow()), words.quantity(range.getHigh())));
    }
    if (value instanceof Ratio ratio) {
      return Optional.of(
          words.say(
              "ratio",
              words.quantity(ratio.getNumerator()),
              words.quantity(ratio.getDenominator())));
    }
    if (value instanceof Period period) {
      return Optional.of(
          words.say(
              "range",
              Objects.requireNonNullElse(period.getStartElement().getValueAsString(), "\u2026"),
              Objects.requireNonNullElse(period.getEndElement().getValueAsString(), "\u2026")));
    }
    return Optional.ofNullable(value).map(Type::primitiveValue);
  }

  private void ai() {
    Sections.aiInfluence(composition).ifPresent(code -> lines.add(words.say("ai." + code)));
    for (Map.Entry<String, Resource> ai : decision.ais().entrySet()) {
      if (ai.getValue() instanceof Device device) {
        lines.add(words.say("ai.device", deviceName(device)));
      } else if (ai.getValue() instanceof DocumentReference document) {
        String type =
            document.getType().hasText()
                ? document.getType().getText()
                : document.getType().getCodingFirstRep().getDisplay();
        lines.add(type == null ? words.say("ai.document.unnamed") : words.say("ai.document", type));
        AiDocument.devices(document)
            .flatMap(device -> names.apply(device).stream())
            .forEach(name -> lines.add(words.say("ai.device", name)));
      }
    }
    told(Sections.AI_INFLUENCE);
  }

  /** The name that people know an AI by. */
  static String deviceName(Device device) {
    return device.getDeviceName().stream()
        .min(Comparator.comparing(name -> name.getType() != Device.DeviceNameType.USERFRIENDLYNAME))
        .map(name -> name.getName())
        .orElse("AI");
  }

  private void control() {
    Optional<String> preferred = Sections.control(composition, "preferred");
    Optional<String> actual = Sections.control(composition, "actual");
    preferred.ifPresent(code -> lines.add(words.say("preferred." + code)));
    actual.ifPresent(code -> lines.add(words.say("actual." + code)));
    if (!preferred.equals(actual)) {
      lines.add(words.say("control.other"));
    }
    told(Sections.CONTROL);
  }

  private String feeling() {
    return decision
        .score()
        .filter(Observation::hasValueIntegerType)
        .map(score -> score.getValueIntegerType().getValue())
        .map(score -> words.say(score >= questions ? "sure" : "unsure", score, questions))
        .orElseGet(() -> words.say("unasked"));
  }

  private void dissent(SectionComponent section) {
    lines.add(words.say("dissent", name(section.getAuthorFirstRep()), text(section)));
    inside(section);
  }
}
