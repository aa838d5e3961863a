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
    if ("li".equals(node.getName())) {
      text.append("- ");
    }
    node.getChildNodes().forEach(child -> append(child, text));
    if (isBlock) {
      startLine(text);
    }
  }

  private static void startLine(StringBuilder text) {
    if (!text.isEmpty() && text.charAt(text.length() - 1) != '\n') {
      text.append('\n');
    }
  }
}
