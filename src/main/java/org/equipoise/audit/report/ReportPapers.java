package org.equipoise.audit.report;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.LongFunction;
import org.equipoise.fhir.AccessReport;
import org.equipoise.fhir.AccessReport.Chart;
import org.equipoise.fhir.AccessReport.Party;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Composition;
import org.hl7.fhir.r4.model.Composition.CompositionStatus;
import org.hl7.fhir.r4.model.Composition.SectionComponent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Narrative;
import org.hl7.fhir.r4.model.Narrative.NarrativeStatus;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlComposer;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** Writes a report down: as a Composition with its page as text, and as a page of its own. Pure. */
final class ReportPapers {

  private static final String XHTML = "http://www.w3.org/1999/xhtml";

  /** The page needs nothing from elsewhere. */
  private static final String STYLE =
      "body{font:1.0625rem/1.55 system-ui,sans-serif;color:#1c2b33;max-width:44rem;margin:0 auto;"
          + "padding:1.25rem}h1{font-size:1.6rem}h2{font-size:1.25rem;margin-top:2rem}"
          + "h3{font-size:1.0625rem;margin:1.5rem 0 .25rem}p{margin:0 0 .5rem}"
          + "svg{width:100%;height:auto}td,th{text-align:left;padding:.1rem 1rem .1rem 0}.unusual{background:#fdf0f0;border-left:4px solid #9b1c1c;"
          + "padding:.5rem 1rem}.unusual h2{margin-top:.5rem}";

  private final String patient;
  private final Instant now;

  /**
   * @param patient logical id
   */
  ReportPapers(String patient, Instant now) {
    this.patient = patient;
    this.now = now;
  }

  /** A part of the page. */
  private record Part(String code, String title, List<XhtmlNode> nodes, List<Long> events) {}

  /**
   * The report as a Composition of the profile {@code access-report}.
   *
   * @param references the address of the AuditEvent with a number
   */
  Composition composition(AccessReport report, LongFunction<String> references) {
    Composition paper = new Composition();
    paper.setId(UUID.randomUUID().toString());
    paper.getMeta().addProfile(Canonical.Profile.ACCESS_REPORT);
    paper.setLanguage(report.language().toLanguageTag());
    paper.setStatus(CompositionStatus.FINAL);
    paper.setType(type());
    paper.setSubject(new Reference("Patient/" + patient));
    paper.setDate(Date.from(now));
    paper.addAuthor(author());
    paper.setTitle(report.title());
    XhtmlNode page = div(report.language());
    head(report).forEach(page::addChildNode);
    for (Part part : parts(report)) {
      page.addTag("h2").addText(part.title());
      part.nodes().forEach(page::addChildNode);
      SectionComponent section = paper.addSection().setTitle(part.title());
      section
          .getCode()
          .addCoding()
          .setSystem(Canonical.System.ACCESS_REPORT_SECTION)
          .setCode(part.code());
      XhtmlNode text = div(report.language());
      part.nodes().forEach(text::addChildNode);
      section.setText(narrative(text));
      part.events().forEach(event -> section.addEntry(new Reference(references.apply(event))));
    }
    paper.setText(narrative(page));
    return paper;
  }

  /** The report as a document that holds an HTML page. */
  DocumentReference document(AccessReport report, Instant from, Instant until) {
    DocumentReference document = new DocumentReference();
    document.setStatus(DocumentReferenceStatus.CURRENT);
    document.setType(type());
    document.setSubject(new Reference("Patient/" + patient));
    document.setDate(Date.from(now));
    document.addAuthor(author());
    document.setDescription(report.title());
    document
        .getContext()
        .setPeriod(
            new Period().setStart(Date.from(from)).setEnd(Date.from(until == null ? now : until)));
    document
        .addContent()
        .getAttachment()
        .setContentType("text/html;charset=utf-8")
        .setLanguage(report.language().toLanguageTag())
        .setTitle(report.title())
        .setCreation(Date.from(now))
        .setData(html(report).getBytes(StandardCharsets.UTF_8));
    return document;
  }

  /** A page of its own: no script, nothing from elsewhere. */
  String html(AccessReport report) {
    XhtmlNode title = new XhtmlNode(NodeType.Element, "title");
    title.addText(report.title());
    StringBuilder html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"")
        .append(report.language().toLanguageTag())
        .append("\">\n<head><meta charset=\"utf-8\">")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
        .append(written(List.of(title)))
        .append("<style>")
        .append(STYLE)
        .append("</style></head>\n<body>\n<main>\n")
        .append(written(head(report)));
    for (Part part : parts(report)) {
      html.append("\n<section class=\"").append(part.code()).append("\">");
      XhtmlNode heading = new XhtmlNode(NodeType.Element, "h2");
      heading.addText(part.title());
      html.append(written(List.of(heading)));
      html.append(written(part.nodes()));
      if (part.code().equals("summary") && report.chart() != null) {
        html.append(chart(report.chart()));
      }
      html.append("</section>");
    }
    return html.append("\n</main>\n</body>\n</html>\n").toString();
  }

  private static String chart(Chart chart) {
    XhtmlNode title = new XhtmlNode(NodeType.Element, "h3");
    title.addText(chart.title());
    XhtmlNode details = new XhtmlNode(NodeType.Element, "details");
    details.addTag("summary").addText(chart.tableTitle());
    XhtmlNode table = details.addTag("table");
    XhtmlNode head = table.addTag("thead").addTag("tr");
    chart.kinds().forEach(kind -> head.addTag("th").addText(kind));
    XhtmlNode body = table.addTag("tbody");
    for (Chart.Row row : chart.rows()) {
      XhtmlNode line = body.addTag("tr");
      line.addTag("th").addText(row.time());
      row.counts().forEach(count -> line.addTag("td").addText(String.valueOf(count)));
    }
    return written(List.of(title)) + chart.svg() + written(List.of(details));
  }

  private static List<XhtmlNode> head(AccessReport report) {
    List<XhtmlNode> head = new ArrayList<>();
    head.add(element("h1", report.title()));
    head.add(element("p", String.join(" ", report.intro())));
    return head;
  }

  private static List<Part> parts(AccessReport report) {
    List<Part> parts = new ArrayList<>();
    if (report.unusual() != null) {
      List<XhtmlNode> nodes = new ArrayList<>();
      nodes.add(element("p", String.join(" ", report.unusual().intro())));
      XhtmlNode list = new XhtmlNode(NodeType.Element, "ul");
      report
          .unusual()
          .items()
          .forEach(
              item ->
                  list.addTag("li").addText(item.what() + " " + String.join(" ", item.rules())));
      nodes.add(list);
      nodes.add(element("p", String.join(" ", report.unusual().closing())));
      parts.add(
          new Part(
              "unusual",
              report.unusual().title(),
              nodes,
              report.unusual().items().stream().flatMap(item -> item.events().stream()).toList()));
    }
    if (report.summary() != null) {
      parts.add(
          new Part(
              "summary",
              report.summary().title(),
              List.of(list(report.summary().lines())),
              List.of()));
    }
    List<XhtmlNode> nodes = new ArrayList<>();
    for (Party party : report.parties()) {
      nodes.add(element("h3", party.who()));
      List<String> about = new ArrayList<>(party.forWhom());
      about.addAll(party.why());
      nodes.add(element("p", String.join(" ", about)));
      nodes.add(list(party.deeds()));
    }
    nodes.add(element("p", String.join(" ", report.closing())));
    parts.add(
        new Part(
            "accesses",
            report.partiesTitle(),
            nodes,
            report.parties().stream().flatMap(party -> party.events().stream()).toList()));
    return parts;
  }

  private static XhtmlNode element(String name, String text) {
    XhtmlNode node = new XhtmlNode(NodeType.Element, name);
    node.addText(text);
    return node;
  }

  private static XhtmlNode list(List<String> items) {
    XhtmlNode list = new XhtmlNode(NodeType.Element, "ul");
    items.forEach(item -> list.addTag("li").addText(item));
    return list;
  }

  private static CodeableConcept type() {
    return new CodeableConcept(
        new Coding(Canonical.System.DOCUMENT_TYPE, Canonical.ACCESS_REPORT, null));
  }

  private static Reference author() {
    return new Reference().setType("Device").setDisplay("Equipoise");
  }

  private static XhtmlNode div(Locale language) {
    return new XhtmlNode(NodeType.Element, "div")
        .attribute("xmlns", XHTML)
        .attribute("lang", language.toLanguageTag())
        .attribute("xml:lang", language.toLanguageTag());
  }

  private static Narrative narrative(XhtmlNode div) {
    Narrative narrative = new Narrative().setStatus(NarrativeStatus.GENERATED);
    narrative.setDiv(div);
    return narrative;
  }

  private static String written(List<XhtmlNode> nodes) {
    StringBuilder html = new StringBuilder();
    for (XhtmlNode node : nodes) {
      html.append(new XhtmlComposer(XhtmlComposer.HTML).compose(node));
    }
    return html.toString();
  }
}
