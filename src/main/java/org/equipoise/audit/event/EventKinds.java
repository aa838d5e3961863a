package org.equipoise.audit.event;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.equipoise.audit.EventQuery.Code;
import org.equipoise.audit.EventQuery.Kind;
import org.equipoise.audit.EventQuery.Way;
import org.equipoise.fhir.AccessEvent.Door;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Coding;

/**
 * Which events a search by {@code type} or {@code subtype} means: of ours, those that are served
 * with the code; of those that are kept whole, those in which it stands. Pure.
 */
final class EventKinds {

  private static final String TYPE = "type";
  private static final String SUBTYPE = "subtype";

  /** In JSON it stands as it is; and no code of a value set is longer. */
  private static final Pattern PLAIN = Pattern.compile("[^\\s\"\\\\|]{1,200}");

  private static final Set<Door> KEPT_WHOLE = EnumSet.of(Door.CONSENT_DECISION, Door.ELSEWHERE);

  private EventKinds() {}

  /**
   * A value of a search by token.
   *
   * @param system null for any, empty for none
   */
  private record Token(String system, String code) {

    static Token of(String name, String value) {
      int bar = value.lastIndexOf('|');
      Token token =
          bar < 0
              ? new Token(null, value)
              : new Token(value.substring(0, bar), value.substring(bar + 1));
      boolean isPlain =
          PLAIN.matcher(token.code()).matches()
              && (token.system() == null
                  || token.system().isEmpty()
                  || PLAIN.matcher(token.system()).matches());
      if (!isPlain) {
        throw Refusal.invalid(null, name + ": name a code, as [code] or [system]|[code]");
      }
      return token;
    }

    boolean isOf(String one) {
      return system == null || system.equals(one);
    }

    boolean is(Coding coding) {
      return isOf(coding.getSystem()) && code.equals(coding.getCode());
    }

    Code asCode() {
      return new Code(system, code);
    }
  }

  /**
   * @param any values of the search: any of these
   */
  static Kind type(List<String> any) {
    List<Token> tokens = any.stream().map(value -> Token.of(TYPE, value)).toList();
    return new Kind(
        TYPE,
        doors().stream()
            .filter(door -> tokens.stream().anyMatch(token -> token.is(AuditEvents.type(door))))
            .map(door -> new Way(door, null))
            .toList(),
        tokens.stream().map(Token::asCode).distinct().toList());
  }

  /**
   * @param any values of the search: any of these
   */
  static Kind subtype(List<String> any) {
    List<Token> tokens = any.stream().map(value -> Token.of(SUBTYPE, value)).toList();
    List<Way> ways = new ArrayList<>();
    for (Token token : tokens) {
      doors().stream()
          .filter(door -> AuditEvents.subtypes(door, null).stream().anyMatch(token::is))
          .forEach(door -> ways.add(new Way(door, null)));
      if (token.isOf(Canonical.System.OPERATION)) {
        ways.add(new Way(Door.OPERATION, token.code()));
      }
      if (token.isOf(Canonical.System.TOKEN_EVENT)) {
        ways.add(new Way(Door.TOKEN, token.code()));
      }
    }
    return new Kind(SUBTYPE, ways, tokens.stream().map(Token::asCode).distinct().toList());
  }

  private static List<Door> doors() {
    return Arrays.stream(Door.values()).filter(door -> !KEPT_WHOLE.contains(door)).toList();
  }
}
