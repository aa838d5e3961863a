package org.equipoise.transparency;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.AiUseDecisions.Verdict;
import org.equipoise.fhir.Canonical;
import org.equipoise.transparency.Reviews.Review;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.DecimalType;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.Device.FHIRDeviceStatus;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.HumanName;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceAgentComponent;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityComponent;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Task;

/**
 * Tells the story of a document in sentences that a patient understands: one language, nothing that
 * the story does not hold. Pure.
 */
final class StoryTeller {

  private static final Set<String> SILENT_DENIALS = Set.of("ai-training", "ai-sharing");

  private final DocumentStory story;
  private final List<Gap> gaps;
  private final StoryWords words;

  StoryTeller(DocumentStory story, List<Gap> gaps, StoryWords words) {
    this.story = story;
    this.gaps = gaps;
    this.words = words;
  }

  String title() {
    return words.say("title", "document", words.document(story.document()));
  }

  List<Section> sections() {
    return Stream.of(
            inShort(),
            ai(),
            review(),
            versions(),
            explanations(),
            inputs(),
            consent(),
            secondOpinions(),
            followUp(),
            missing(),
            notShown())
        .filter(section -> !section.isEmpty())
        .toList();
  }

  /** The sections of a list of documents: what matters most. */
  List<Section> shortSections() {
    return Stream.of(inShort(), missing()).filter(section -> !section.isEmpty()).toList();
  }

  private Section inShort() {
    DocumentReference document = story.document();
    Section section = new Section("in-short", words).about(List.of(document));
    String called = words.document(document);
    section.say(
        document.hasDate()
            ? words.say(
                "short.made.on", Map.of("document", called, "date", words.date(document.getDate())))
            : words.say("short.made", "document", called));
    section.say(words.say("review." + DocumentStory.reviewStatus(document)));
    if (document.getStatus() == DocumentReferenceStatus.SUPERSEDED) {
      section.say(words.say("short.superseded"));
    }
    if (document.getStatus() == DocumentReferenceStatus.ENTEREDINERROR) {
      section.say(words.say("short.error"));
    }
    return section.say(words.say("short.missing", "count", gaps.size()));
  }

  private Section ai() {
    Section section = new Section("ai", words).about(story.devices()).about(story.cards());
    if (story.isClosed("Device")) {
      section.say(words.say("ai.closed"));
    } else if (story.devices().isEmpty()) {
      section.say(words.say("ai.none"));
    }
    story.devices().forEach(device -> tell(device, section));
    story
        .derivations()
        .filter(DocumentStory::isWithheld)
        .flatMap(entity -> DocumentStory.withheldBecause(entity).stream())
        .distinct()
        .forEach(
            reason -> section.say(words.say("ai.prompt.withheld", "reason", words.quoted(reason))));
    List<Resource> prompts = story.inputs().stream().filter(DocumentStory::isPrompt).toList();
    if (!prompts.isEmpty()) {
      section.say(words.say("ai.prompt")).about(prompts);
    }
    return section;
  }

  private void tell(Device device, Section section) {
    section.say(
        Ais.name(device)
            .map(name -> words.say("ai.name", "name", words.name(name)))
            .orElseGet(() -> words.say("ai.unnamed")));
    if (device.hasManufacturer()) {
      section.say(words.say("ai.maker", "maker", words.name(device.getManufacturer())));
    }
    device.getVersion().stream()
        .filter(version -> version.hasValue())
        .findFirst()
        .ifPresent(
            version ->
                section.say(words.say("ai.version", "version", words.name(version.getValue()))));
    if (device.getStatus() == FHIRDeviceStatus.INACTIVE) {
      section.say(words.say("ai.inactive"));
    }
    for (DocumentReference card : Ais.cards(device, story.cards())) {
      section.say(words.say("ai.card", "told", Ais.attributes(card, true)));
      long withheld = Ais.attributes(card, false);
      if (withheld > 0) {
        section.say(words.say("ai.card.withheld", "withheld", withheld));
      }
    }
  }

  private Section review() {
    Section section = new Section("review", words);
    section.say(words.say("review." + DocumentStory.reviewStatus(story.document())));
    for (Review review : Reviews.of(story)) {
      section.about(List.of(review.provenance()));
      if (review.when() != null) {
        String on = words.on(review.when());
        section.say(
            person(review.who())
                .map(name -> words.say("review.by", Map.of("name", name, "on", on)))
                .orElseGet(() -> words.say("review.by.unnamed", "on", on)));
      }
      if (review.time() != null) {
        section.say(time(review.time()));
      }
      if (review.fast()) {
        section.say(words.say("review.fast"));
      }
    }
    rejection().ifPresent(section::say);
    share().ifPresent(section::say);
    return section;
  }

  private String time(BigDecimal seconds) {
    long whole = seconds.setScale(0, RoundingMode.HALF_UP).longValue();
    return whole < 120
        ? words.say("review.time", "seconds", whole)
        : words.say("review.time.minutes", "minutes", whole / 60);
  }

  /** Why a person found it wrong, in their words. */
  private Optional<String> rejection() {
    return story.document().getExtensionsByUrl(Canonical.Extension.REJECTION_REASON).stream()
        .map(Extension::getValue)
        .filter(StringType.class::isInstance)
        .map(Base::primitiveValue)
        .filter(reason -> reason != null && !reason.isBlank())
        .map(reason -> words.say("review.reason", "reason", words.quoted(reason)))
        .findFirst();
  }

  private Optional<String> share() {
    return story.document().getExtensionsByUrl(Canonical.Extension.AI_SHARE).stream()
        .map(Extension::getValue)
        .filter(DecimalType.class::isInstance)
        .map(value -> ((DecimalType) value).getValue())
        .filter(value -> value != null)
        .map(value -> value.movePointRight(2).setScale(0, RoundingMode.HALF_UP).intValue())
        .map(percent -> words.say("review.share", "percent", percent))
        .findFirst();
  }

  private Optional<String> person(Reference reference) {
    return Keys.find(story.people(), reference)
        .flatMap(person -> person.getName().stream().findFirst())
        .map(StoryTeller::fullName)
        .filter(name -> !name.isBlank())
        .map(words::name);
  }

  private static String fullName(HumanName name) {
    return name.hasText() ? name.getText() : name.getNameAsSingleString();
  }

  private Section versions() {
    Section section = new Section("versions", words);
    section.say(words.say("versions.count", "count", story.versions().size()));
    for (DocumentReference version : story.versions()) {
      section.item(tell(version)).aboutVersion(version);
    }
    if (!story.replaced().isEmpty()) {
      section
          .say(words.say("versions.replaced", "count", story.replaced().size()))
          .about(story.replaced());
    }
    for (DocumentReference newer : story.replacing()) {
      Date date = newer.hasDate() ? newer.getDate() : newer.getMeta().getLastUpdated();
      section.say(words.say("versions.replacing", "on", words.say("on", "date", words.date(date))));
    }
    return section.about(story.replacing());
  }

  private String tell(DocumentReference version) {
    String date = words.date(version.getMeta().getLastUpdated());
    String state = words.say("state." + DocumentStory.reviewStatus(version));
    String number = Keys.version(version);
    return story.provenancesOf(version).stream()
        .flatMap(provenance -> makers(provenance))
        .findFirst()
        .map(
            name ->
                words.say(
                    "versions.item.by",
                    Map.of("version", number, "date", date, "state", state, "name", name)))
        .orElseGet(
            () ->
                words.say(
                    "versions.item", Map.of("version", number, "date", date, "state", state)));
  }

  /** Who made a version: of a check the person, else the AI. */
  private Stream<String> makers(Provenance provenance) {
    List<ProvenanceAgentComponent> people =
        provenance.getAgent().stream().filter(agent -> !Ais.is(agent)).toList();
    return Stream.concat(people.stream(), provenance.getAgent().stream())
        .flatMap(
            agent ->
                Stream.concat(
                    person(agent.getWho()).stream(),
                    Keys.find(story.devices(), agent.getWho())
                        .flatMap(Ais::name)
                        .map(words::name)
                        .stream()));
  }

  private Section explanations() {
    Section section = new Section("explanations", words);
    List<DocumentReference> explanations = story.explanations();
    if (!explanations.isEmpty()) {
      section.say(words.say("explanations.intro")).about(explanations);
    }
    for (DocumentReference explanation : explanations) {
      DocumentStory.languages(explanation)
          .findFirst()
          .ifPresent(language -> section.item(tell(explanation, language)));
    }
    return section;
  }

  private String tell(DocumentReference explanation, Locale language) {
    String name = words.language(language);
    return explanation.getStatus() == DocumentReferenceStatus.CURRENT
        ? words.say("explanations.current", "language", name)
        : words.say(
            "explanations.old",
            Map.of(
                "language",
                name,
                "date",
                words.date(
                    explanation.hasDate()
                        ? explanation.getDate()
                        : explanation.getMeta().getLastUpdated())));
  }

  private Section inputs() {
    Section section = new Section("inputs", words);
    if (story.isClosed("Provenance")) {
      return section.say(words.say("inputs.closed"));
    }
    List<ProvenanceEntityComponent> used = story.usedEntities();
    List<Resource> shown = new ArrayList<>();
    List<String> items = new ArrayList<>();
    boolean closed = false;
    for (ProvenanceEntityComponent entity : used) {
      Optional<Resource> input = Keys.find(story.inputs(), entity.getWhat());
      input.ifPresent(shown::add);
      if (input.isPresent() || !entity.getWhat().hasReference()) {
        items.add(tell(entity, input));
      } else if (Keys.of(entity.getWhat())
          .filter(key -> story.isClosed(Keys.type(key)))
          .isPresent()) {
        closed = true;
      }
    }
    if (used.isEmpty()) {
      section.say(words.say("inputs.none"));
    } else if (!items.isEmpty()) {
      section.say(words.say("inputs.intro"));
      items.stream().distinct().forEach(section::item);
    }
    int unavailable = Gaps.unavailable(story).size();
    if (unavailable > 0 && !story.cut().contains(Part.INPUTS)) {
      section.say(words.say("inputs.not-available", "count", unavailable));
    }
    if (closed) {
      section.say(words.say("inputs.closed"));
    }
    return section.about(shown);
  }

  private String tell(ProvenanceEntityComponent entity, Optional<Resource> input) {
    Optional<String> name =
        Optional.ofNullable(entity.getWhat().getDisplay())
            .or(() -> input.flatMap(StoryTeller::title))
            .map(words::name);
    return DocumentStory.withheldBecause(entity)
        .map(words::quoted)
        .map(
            reason ->
                name.map(
                        called ->
                            words.say("inputs.withheld", Map.of("name", called, "reason", reason)))
                    .orElseGet(() -> words.say("inputs.withheld.unnamed", "reason", reason)))
        .orElseGet(() -> name.orElseGet(() -> words.say("inputs.unnamed")));
  }

  /** What a document says of itself. */
  private static Optional<String> title(Resource resource) {
    return resource instanceof DocumentReference document
        ? Optional.ofNullable(document.getDescription())
            .or(() -> Optional.ofNullable(document.getType().getText()))
            .or(
                () ->
                    document.getType().getCoding().stream()
                        .map(Coding::getDisplay)
                        .filter(display -> display != null)
                        .findFirst())
        : Optional.empty();
  }

  private Section consent() {
    Section section = new Section("consent", words).about(story.consents());
    if (story.isClosed("Consent")) {
      return section.say(words.say("consent.closed"));
    }
    if (story.cut().contains(Part.CONSENTS)) {
      return section.say(words.say("consent.cut"));
    }
    story
        .then(Gaps.DOCUMENTATION)
        .ifPresent(
            decision ->
                section
                    .say(words.say("consent.intro"))
                    .item(words.say("consent.then." + Gaps.DOCUMENTATION + "." + kind(decision))));
    reasons(story.then(Gaps.DOCUMENTATION).stream(), section);
    if (!story.now().isEmpty()) {
      section.say(words.say("consent.now"));
    }
    for (Decision decision : story.now()) {
      String key = "consent.now." + decision.purpose() + ".";
      boolean silent =
          decision.verdict() == Verdict.DENY
              && decision.basis().isEmpty()
              && SILENT_DENIALS.contains(decision.purpose());
      section.item(words.say(key + (silent ? "silent" : kind(decision))));
    }
    reasons(story.now().stream(), section);
    return section.say(words.say("consent.change"));
  }

  private void reasons(Stream<Decision> decisions, Section section) {
    decisions
        .flatMap(decision -> decision.reasons().stream())
        .distinct()
        .map(words::quoted)
        .filter(reason -> section.lines().stream().noneMatch(line -> line.text().equals(reason)))
        .forEach(section::say);
  }

  private static String kind(Decision decision) {
    if (decision.verdict() == Verdict.DENY && !decision.reasons().isEmpty()) {
      return "invalid";
    }
    if (decision.verdict() == Verdict.DENY && decision.basis().isEmpty()) {
      return "ask";
    }
    return decision.verdict().name().toLowerCase(Locale.ROOT);
  }

  /** Who else gave an opinion on it, and whether they agree, in their words to the patient. */
  private Section secondOpinions() {
    Section section =
        new Section("second-opinions", words).about(story.secondOpinions()).about(story.requests());
    for (ServiceRequest request : story.requests()) {
      section.item(open(request));
    }
    for (DocumentReference opinion : story.secondOpinions()) {
      if (opinion.getStatus() == DocumentReferenceStatus.ENTEREDINERROR) {
        section.item(words.say("opinion.error"));
        continue;
      }
      String date =
          words.date(opinion.hasDate() ? opinion.getDate() : opinion.getMeta().getLastUpdated());
      String given =
          opinion.getAuthor().stream()
              .flatMap(author -> person(author).stream())
              .findFirst()
              .map(name -> words.say("opinion.by", Map.of("name", name, "date", date)))
              .orElseGet(() -> words.say("opinion.given", "date", date));
      section.item(given + " " + String.join(" ", agreement(opinion)));
    }
    return section;
  }

  /** Who was asked and has not answered, or that it waits for the patient's yes. */
  private String open(ServiceRequest request) {
    String names =
        String.join(
            ", ",
            request.getPerformer().stream()
                .map(Reference::getDisplay)
                .filter(name -> name != null && !name.isBlank())
                .toList());
    String date =
        words.date(
            request.hasAuthoredOn() ? request.getAuthoredOn() : request.getMeta().getLastUpdated());
    boolean isDraft = request.getStatus() == ServiceRequest.ServiceRequestStatus.DRAFT;
    String key = (isDraft ? "opinion.proposed" : "opinion.asked") + (names.isEmpty() ? "" : ".of");
    return words.say(key, Map.of("name", names, "date", date));
  }

  private List<String> agreement(DocumentReference opinion) {
    return opinion.getExtensionsByUrl(Canonical.Extension.AGREEMENT).stream()
        .map(extension -> extension.getValue())
        .filter(CodeableConcept.class::isInstance)
        .map(CodeableConcept.class::cast)
        .flatMap(
            agreement ->
                Stream.concat(
                    agreement.getCoding().stream()
                        .filter(coding -> Canonical.System.AGREEMENT.equals(coding.getSystem()))
                        .map(coding -> "opinion." + coding.getCode())
                        .filter(words::has)
                        .map(words::say)
                        .limit(1),
                    Stream.ofNullable(agreement.getText())
                        .map(text -> words.say("opinion.words", "words", words.quoted(text)))))
        .toList();
  }

  private Section followUp() {
    Section section =
        new Section("follow-up", words)
            .about(story.tasks())
            .about(story.added())
            .about(story.audits())
            .about(story.decisions());
    for (Task task : story.tasks()) {
      section.item(
          words.say(
              key(task),
              Map.of(
                  "date",
                  words.date(
                      task.hasAuthoredOn()
                          ? task.getAuthoredOn()
                          : task.getMeta().getLastUpdated()),
                  "state",
                  words.say("task." + state(task)))));
    }
    for (DocumentReference note : story.added()) {
      section.item(
          words.say(
              "follow-up.note",
              "date",
              words.date(note.hasDate() ? note.getDate() : note.getMeta().getLastUpdated())));
    }
    for (AuditEvent asked : story.audits()) {
      section.item(
          words.say("follow-up.asked." + answer(asked), "date", words.date(asked.getRecorded())));
    }
    for (Composition decision : story.decisions()) {
      section.item(
          words.say(
              "follow-up.decision." + influence(decision),
              "date",
              words.date(
                  decision.hasDate() ? decision.getDate() : decision.getMeta().getLastUpdated())));
    }
    if (story.isClosed("Task")) {
      return section.say(words.say("follow-up.closed"));
    }
    if (!section.isEmpty()) {
      return section;
    }
    // That nobody said so would be untrue of what a person found wrong.
    boolean rejected = DocumentStory.reviewStatus(story.document()).equals("rejected");
    return section.say(words.say(rejected ? "follow-up.none.rejected" : "follow-up.none"));
  }

  /** What somebody was told who asked whether a use is allowed. */
  private static String answer(AuditEvent asked) {
    return switch (asked.getOutcome() == null ? "" : asked.getOutcome().toCode()) {
      case "0" -> "permit";
      case "4" -> "ask";
      default -> "deny";
    };
  }

  /** Code of {@code ai-influence}; what is not said is the least. */
  private static String influence(Composition decision) {
    return decision.getSection().stream()
        .flatMap(section -> section.getExtensionsByUrl(Canonical.Extension.AI_INFLUENCE).stream())
        .map(Extension::getValue)
        .filter(CodeableConcept.class::isInstance)
        .flatMap(concept -> ((CodeableConcept) concept).getCoding().stream())
        .map(Coding::getCode)
        .filter(code -> "recommended".equals(code) || "determined".equals(code))
        .findFirst()
        .orElse("informed");
  }

  private String key(Task task) {
    return task.getCode().getCoding().stream()
        .filter(coding -> Canonical.System.TASK.equals(coding.getSystem()))
        .map(coding -> "follow-up." + coding.getCode())
        .filter(words::has)
        .findFirst()
        .orElse("follow-up.other");
  }

  private static String state(Task task) {
    return switch (task.getStatus() == null ? "" : task.getStatus().toCode()) {
      case "completed" -> "done";
      case "cancelled", "rejected", "failed", "entered-in-error" -> "stopped";
      default -> "open";
    };
  }

  private Section missing() {
    Section section = new Section("missing", words);
    gaps.forEach(gap -> section.item(sentence(gap)));
    return gaps.isEmpty() ? section.say(words.say("missing.none")) : section;
  }

  /** A gap in plain words. */
  String sentence(Gap gap) {
    return words.say(
        "missing." + gap.code().code(), "about", gap.of().map(this::called).orElse(""));
  }

  private String called(String reference) {
    int version = reference.indexOf("/_history/");
    if (version >= 0) {
      return reference.substring(version + "/_history/".length());
    }
    Optional<String> named =
        Keys.find(story.devices(), new Reference(reference))
            .flatMap(Ais::name)
            .or(
                () ->
                    story.usedEntities().stream()
                        .map(ProvenanceEntityComponent::getWhat)
                        .filter(what -> Keys.of(what).filter(reference::equals).isPresent())
                        .filter(Reference::hasDisplay)
                        .map(Reference::getDisplay)
                        .findFirst());
    return words.name(named.orElse(reference));
  }

  private Section notShown() {
    Section section = new Section("not-shown", words);
    List<String> closed = StoryReader.TYPES.stream().filter(story::isClosed).toList();
    List<String> items =
        new ArrayList<>(closed.stream().map(type -> words.say("part." + type)).toList());
    if (story.closed().stream().anyMatch(type -> !StoryReader.TYPES.contains(type))) {
      items.add(words.say("part.inputs"));
    }
    if (!items.isEmpty()) {
      section.say(words.say("hidden.intro"));
      items.forEach(section::item);
      section.say(words.say("hidden.ask"));
    }
    if (!story.cut().isEmpty()) {
      section.say(words.say("cut.intro"));
      story.cut().stream()
          .sorted()
          .forEach(
              part -> section.link(words.say("cut." + part.code()), StoryLinks.rest(story, part)));
    }
    return section;
  }
}
