package org.equipoise.audit.event;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventAgentComponent;
import org.hl7.fhir.r4.model.AuditEvent.AuditEventEntityComponent;
import org.hl7.fhir.r4.model.Coding;

/**
 * What the profiles of IHE BALP 1.1 ask for, as far as it can be broken: their definitions are not
 * at hand.
 */
final class BalpShape {

  private static final String BASE =
      "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";
  private static final Set<String> AUTHORS = Set.of("AUT", "INF", "CST");

  private BalpShape() {}

  /** One of BALP's patterns. */
  private record Pattern(
      String action, Set<String> subtypes, String client, String server, boolean isWrite) {}

  private static Pattern pattern(String name) {
    return switch (name) {
      case "Read" -> new Pattern("R", Set.of("read", "vread"), "110152", "110153", false);
      case "Query" ->
          new Pattern(
              "E", Set.of("search", "search-type", "search-system"), "110153", "110152", false);
      case "Create" -> new Pattern("C", Set.of("create"), "110153", "110152", true);
      case "Update" -> new Pattern("U", Set.of("update", "patch"), "110153", "110152", true);
      case "Delete" -> new Pattern("D", Set.of("delete"), "110150", "custodian", true);
      default -> throw new IllegalArgumentException(name);
    };
  }

  /** What of the profile an event does not meet; nothing for profiles of others. */
  static List<String> problems(AuditEvent event, String profile) {
    if (!profile.startsWith(BASE)) {
      return List.of();
    }
    String name = profile.substring(BASE.length());
    boolean isOfPatient = name.startsWith("Patient");
    Pattern pattern = pattern(name.replaceFirst("^Patient", ""));
    List<String> problems = new ArrayList<>();
    require(problems, "rest".equals(event.getType().getCode()), "type");
    require(
        problems,
        event.getSubtype().stream()
                .filter(one -> "http://hl7.org/fhir/restful-interaction".equals(one.getSystem()))
                .filter(one -> pattern.subtypes().contains(one.getCode()))
                .count()
            == 1,
        "subtype");
    require(problems, pattern.action().equals(event.getAction().toCode()), "action");
    require(problems, event.hasRecorded(), "recorded");
    require(problems, "0".equals(event.getOutcome().toCode()), "outcome");
    requireSystem(problems, event, pattern.client(), "client");
    requireSystem(problems, event, pattern.server(), "server");
    event.getAgent().stream()
        .filter(agent -> agent.getWho().hasReference() && agent.getRequestor())
        .forEach(
            user -> {
              String code = user.getType().getCodingFirstRep().getCode();
              require(
                  problems,
                  pattern.isWrite() ? AUTHORS.contains(code) : "IRCP".equals(code),
                  "user.type");
              require(problems, !user.hasNetwork() && !user.hasMedia(), "user.network");
            });
    require(problems, entities(event, "1", "1") == (isOfPatient ? 1 : 0), "entity patient");
    if (name.endsWith("Query")) {
      require(problems, ofType(event, "2") == 1, "entity query alone is a system object");
      require(problems, entities(event, "2", "24") == 1, "entity query");
    } else {
      require(problems, ofType(event, "2") == 1, "entity data alone is a system object");
      require(problems, entities(event, "2", "4") == 1, "entity data");
    }
    require(
        problems,
        event.getEntity().stream()
            .filter(entity -> "XrequestId".equals(entity.getType().getCode()))
            .allMatch(entity -> entity.getWhat().getIdentifier().hasValue()),
        "entity transaction");
    return problems;
  }

  private static void requireSystem(
      List<String> problems, AuditEvent event, String code, String name) {
    List<AuditEventAgentComponent> found =
        event.getAgent().stream()
            .filter(
                agent ->
                    agent.getType().getCoding().stream()
                        .map(Coding::getCode)
                        .anyMatch(code::equals))
            .toList();
    require(problems, found.size() == 1, name);
    require(
        problems,
        found.stream().allMatch(agent -> agent.hasWho() && agent.getNetwork().hasAddress()),
        name + " with who and network");
  }

  private static long entities(AuditEvent event, String type, String role) {
    return event.getEntity().stream()
        .filter(entity -> isOf(entity, type))
        .filter(entity -> role.equals(entity.getRole().getCode()))
        .count();
  }

  private static long ofType(AuditEvent event, String type) {
    return event.getEntity().stream().filter(entity -> isOf(entity, type)).count();
  }

  private static boolean isOf(AuditEventEntityComponent entity, String type) {
    return "http://terminology.hl7.org/CodeSystem/audit-entity-type"
            .equals(entity.getType().getSystem())
        && type.equals(entity.getType().getCode());
  }

  private static void require(List<String> problems, boolean holds, String what) {
    if (!holds) {
      problems.add(what);
    }
  }
}
