package org.equipoise.transparency;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.equipoise.fhir.AiUseDecisions.Decision;
import org.equipoise.fhir.Canonical;
import org.equipoise.transparency.Section.Line;
import org.hl7.fhir.r4.model.CodeType;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/**
 * Writes a summary down as a Composition of the profile {@code ai-story}: its text is a page that
 * any patient app can show, its sections are the same apart, and what programs need of it stands in
 * extensions. Pure.
 */
final class StorySummary {

  private static final String XHTML = "http://www.w3.org/1999/xhtml";

  private final String base;
  private final StoryWords words;
  private final Instant now;

  /**
   * @param base address of the server, for links
   */
  StorySummary(String base, StoryWords words, Instant now) {
    this.base = base;
    this.words = words;
    this.now = now;
  }

  /**
   * @param name what it is the summary of: the same for the same resource and language
   * @param patient logical id
   */
  Composition write(String name, String patient, String title, List<Section> sections) {
    Composition summary = new Composition();
    summary.setId(
        UUID.nameUUIDFromBytes((base + name + words.locale()).getBytes(StandardCharsets.UTF_8))
            .toString());
    summary.getMeta().addProfile(Canonical.Profile.AI_STORY);
    summary.setLanguage(words.locale().toLanguageTag());
    summary.setStatus(CompositionStatus.FINAL);
    summary
        .getType()
        .addCoding(new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.AI_STORY, null));
    summary.setSubject(new Reference("Patient/" + patient));
    summary.setDate(Date.from(now));
    summary.addAuthor(new Reference().setType("Device").setDisplay("Equipoise"));
    summary.setTitle(title);
    XhtmlNode page = div();
    page.addTag("h1").addText(title);
    for (Section section : sections) {
      page.addTag("h2").addText(section.title());
      addLines(page, section);
      summary.addSection(write(section));
    }
    summary.setText(narrative(page));
    return summary;
  }

  private SectionComponent write(Section section) {
    SectionComponent written = new SectionComponent();
    written.setTitle(section.title());
    written.setCode(concept(Canonical.System.STORY_SECTION, section.code()));
    XhtmlNode text = div();
    addLines(text, section);
    written.setText(narrative(text));
    section.entries().forEach(entry -> written.addEntry(new Reference(entry)));
    return written;
  }

  private XhtmlNode div() {
    return new XhtmlNode(NodeType.Element, "div")
        .attribute("xmlns", XHTML)
        .attribute("lang", words.locale().toLanguageTag())
        .attribute("xml:lang", words.locale().toLanguageTag());
  }

  private static Narrative narrative(XhtmlNode div) {
    Narrative narrative = new Narrative().setStatus(NarrativeStatus.GENERATED);
    narrative.setDiv(div);
    return narrative;
  }

  /** Sentences that follow each other make a paragraph, items a list; a link stands by itself. */
  private void addLines(XhtmlNode parent, Section section) {
    XhtmlNode paragraph = null;
    XhtmlNode list = null;
    for (Line line : section.lines()) {
      if (line.isItem()) {
        paragraph = null;
        list = list == null ? parent.addTag("ul") : list;
        addText(list.addTag("li"), line);
      } else if (line.address() != null || paragraph == null) {
        list = null;
        paragraph = parent.addTag("p");
        addText(paragraph, line);
        paragraph = line.address() == null ? paragraph : null;
      } else {
        paragraph.addText(" " + line.text());
      }
    }
  }

  private void addText(XhtmlNode parent, Line line) {
    if (line.address() == null) {
      parent.addText(line.text());
    } else {
      parent.addTag("a").attribute("href", base + "/" + line.address()).addText(line.text());
    }
  }

  /** Says what is missing, for programs. */
  static void addGaps(Composition summary, List<Gap> gaps, StoryTeller teller) {
    for (Gap gap : gaps) {
      Extension extension = summary.addExtension().setUrl(Canonical.Extension.MISSING);
      extension.addExtension("code", concept(Canonical.System.MISSING, gap.code().code()));
      gap.of().ifPresent(about -> extension.addExtension("about", new Reference(about)));
      extension.addExtension("text", new StringType(teller.sentence(gap)));
    }
  }

  /** Says what the patient's consents said at a time, for programs. */
  static void addDecisions(Composition summary, List<Decision> decisions, Instant at) {
    for (Decision decision : decisions) {
      Extension extension = summary.addExtension().setUrl(Canonical.Extension.AI_USE_DECISION);
      extension.addExtension(
          "purpose", new Coding(Canonical.System.AI_PURPOSE, decision.purpose(), null));
      DateTimeType moment = new DateTimeType(Date.from(at));
      moment.setTimeZoneZulu(true);
      extension.addExtension("at", moment);
      extension.addExtension(
          "verdict", new CodeType(decision.verdict().name().toLowerCase(Locale.ROOT)));
      decision
          .basis()
          .forEach(basis -> extension.addExtension("basis", new Reference(basis.getValue())));
      decision
          .reasons()
          .forEach(reason -> extension.addExtension("reason", new StringType(reason)));
    }
  }

  /**
   * Counts documents, for programs.
   *
   * @param ai the AI that they are of, where they are counted by AI
   */
  static void addCount(Composition summary, String code, int number, Optional<String> ai) {
    Extension extension = summary.addExtension().setUrl(Canonical.Extension.STORY_COUNT);
    extension.addExtension("code", concept(Canonical.System.STORY_COUNT, code));
    extension.addExtension("number", new IntegerType(number));
    ai.ifPresent(device -> extension.addExtension("ai", new Reference(device)));
  }

  private static CodeableConcept concept(String system, String code) {
    return new CodeableConcept().addCoding(new Coding().setSystem(system).setCode(code));
  }
}
