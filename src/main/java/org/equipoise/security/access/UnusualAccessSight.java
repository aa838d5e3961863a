package org.equipoise.security.access;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import ca.uhn.fhir.rest.param.TokenParamModifier;
import java.util.Arrays;
import java.util.List;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.UnusualAccessRecords;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * Who sees what the watch over accesses wrote ({@link UnusualAccessRecords}). A Task about an
 * unusual access is for privacy officers alone, and for none whom it is about; the message to the
 * patient is for the patient and who stands for them: whoever looked is not to learn that somebody
 * noticed, be they treating clinician or program. The one place that decides this.
 */
final class UnusualAccessSight {

  private UnusualAccessSight() {}

  /** Whether this is there for others, but not for this caller. */
  static boolean isHidden(Caller caller, Resource resource) {
    return UnusualAccessRecords.isOne(resource)
        && !(resource instanceof Task task ? isOfficerFor(caller, task) : caller.isPatientSide());
  }

  /** Whether the caller is a privacy officer who may look into this. */
  static boolean isOfficerFor(Caller caller, Resource resource) {
    return caller.isPrivacyOfficer()
        && resource instanceof Task task
        && UnusualAccessRecords.isTask(task)
        && !UnusualAccessRecords.isAbout(task, personOf(caller));
  }

  private static String personOf(Caller caller) {
    return caller.person().map(id -> id.toUnqualifiedVersionless().getValue()).orElse("");
  }

  /**
   * Whether a privacy officer asks for these Tasks and no others: by {@code code}, with its system.
   */
  static boolean areAskedFor(SearchParameterMap search, String type, Caller caller) {
    List<List<IQueryParameterType>> codes = search.get(Task.SP_CODE);
    return caller.isPrivacyOfficer()
        && type.equals("Task")
        && codes != null
        && codes.stream()
            .anyMatch(either -> either.stream().allMatch(UnusualAccessSight::isTheirCode));
  }

  private static boolean isTheirCode(IQueryParameterType one) {
    return one instanceof TokenParam code
        && code.getMissing() == null
        && code.getModifier() == null
        && Canonical.System.TASK.equals(code.getSystem())
        && UnusualAccessRecords.CODE.equals(code.getValue());
  }

  /** Leaves out of an officer's search the Tasks that are about them. */
  static void leaveOutOwn(SearchParameterMap search, Caller caller) {
    search.add(
        Task.SP_GROUP_IDENTIFIER,
        new TokenParam(UnusualAccessRecords.AGENT, personOf(caller))
            .setModifier(TokenParamModifier.NOT));
  }

  /** Leaves them out of any other search of this type. */
  static void leaveOut(SearchParameterMap search, String type, Caller caller) {
    String parameter = type.equals("Task") ? Task.SP_CODE : Communication.SP_CATEGORY;
    if (!UnusualAccessRecords.TYPES.contains(type)
        || (type.equals("Communication") && caller.isPatientSide())
        || isLeftOut(search.get(parameter))) {
      return;
    }
    search.add(
        parameter,
        new TokenParam(Canonical.System.TASK, UnusualAccessRecords.CODE)
            .setModifier(TokenParamModifier.NOT));
  }

  /** HAPI refuses to join one condition twice. */
  private static boolean isLeftOut(List<List<IQueryParameterType>> given) {
    return given != null
        && given.stream()
            .anyMatch(
                either ->
                    either.size() == 1
                        && either.get(0) instanceof TokenParam code
                        && code.getModifier() == TokenParamModifier.NOT
                        && Canonical.System.TASK.equals(code.getSystem())
                        && UnusualAccessRecords.CODE.equals(code.getValue()));
  }

  /**
   * Whether a condition finds other resources by the Tasks or Communications that refer to them.
   * (No resource but theirs refers to one of these, so that a chain leads to none.)
   */
  static boolean looksBack(IQueryParameterType condition) {
    String way =
        condition instanceof HasParam has
            ? "_has:" + has.getTargetResourceType() + ":" + has.getParameterName()
            : condition instanceof ReferenceParam to && to.getChain() != null ? to.getChain() : "";
    return way.contains("_has:")
        && Arrays.stream(way.split("[:.]")).anyMatch(UnusualAccessRecords.TYPES::contains);
  }
}
