package org.equipoise.decision;

import java.util.Set;
import org.hl7.fhir.utilities.xhtml.NodeType;
import org.hl7.fhir.utilities.xhtml.XhtmlNode;

/** The words of a narrative without its markup, line by line. */
final class PlainText {

  private static final Set<String> BLOCKS =
      Set.of(
          "p",
          "div",
          "ul",
          "ol",
          "li",
          "table",
          "tr",
          "h1",
          "h2",
          "h3",
          "h4",
          "h5",
          "h6",
          "blockquote",
          "pre",
          "dl",
          "dt",
          "dd");

  private static final Set<String> CELLS = Set.of("td", "th");

  private PlainText() {}

  /** The words; none of them is changed. */
  static String of(XhtmlNode narrative) {
    StringBuilder text = new StringBuilder();
    append(narrative, text);
    return text.toString().replaceAll("\\n{3,}", "\n\n").strip();
  }

  private static void append(XhtmlNode node, StringBuilder text) {
    if (node.getNodeType() == NodeType.Text) {
      text.append(node.getContent());
      return;
    }
    if ("br".equals(node.getName())) {
      text.append('\n');
    }
    boolean isBlock = BLOCKS.contains(String.valueOf(node.getName()));
    if (isBlock) {
      startLine(text);
    }
    boolean isCell = CELLS.contains(String.valueOf(node.getName()));
    if (isCell && !text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append(" | ");
    }
    if ("ol".equals(node.getName())) {
      appendNumbered(node, text);
    } else {
      if ("li".equals(node.getName())) {
        text.append("- ");
      }
      node.getChildNodes().forEach(child -> append(child, text));
    }
    if (isBlock) {
      startLine(text);
    }
  }

  /** The numbers that a browser would show. */
  private static void appendNumbered(XhtmlNode list, StringBuilder text) {
    int number = number(list, "start", 1);
    for (XhtmlNode child : list.getChildNodes()) {
      if ("li".equals(child.getName())) {
        number = number(child, "value", number);
        startLine(text);
        text.append(number++).append(". ");
        child.getChildNodes().forEach(one -> append(one, text));
        startLine(text);
      } else {
        append(child, text);
      }
    }
  }

  private static int number(XhtmlNode node, String attribute, int otherwise) {
    String given = node.getAttribute(attribute);
    return given != null && given.matches("-?\\d{1,6}") ? Integer.parseInt(given) : otherwise;
  }

  private static void startLine(StringBuilder text) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
  }
}
