package org.equipoise.security.access;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.RuntimeSearchParam;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.model.api.IQueryParameterType;
import ca.uhn.fhir.rest.param.HasParam;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.List;
import java.util.Map;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.Refusal;

/**
 * Adds to a search what keeps it to one patient's data, in the query itself: then counts, pages and
 * the sort order are those of this patient's data alone. Search forms that look at other resources
 * than those returned ({@code _has}, chains, {@code _filter}, {@code _list}) are refused, since
 * their answer tells of data that is not shown.
 */
class SearchNarrowing {

  /**
   * Where the name of the parameter that leads to the patient is not {@code patient} or {@code
   * subject}.
   */
  private static final Map<String, String> PATIENT_PARAMETER =
      Map.of("Patient", "_id", "Provenance", "record-patient");

  private final FhirContext context;

  SearchNarrowing(FhirContext context) {
    this.context = context;
  }

  void narrow(SearchParameterMap search, String type, String patientId) {
    refuseLookingElsewhere(search);
    switch (type) {
      case "Location", "Medication", "Organization", "Practitioner", "PractitionerRole" -> {
        // A directory: nothing in it is a patient's.
      }
      case "Patient" -> addOnce(search, "_id", new TokenParam(patientId), patientId);
      // A count of groups would tell who else is a member of one.
      case "Binary", "Group" -> search.add("_id", new TokenParam("none"));
      case "Device" -> narrowOrShared(search, "patient", search.containsKey("patient"), patientId);
      case "DocumentReference" ->
          narrowOrShared(search, "subject", !asksForModelCards(search), patientId);
      default ->
          addOnce(search, parameterOf(type), new ReferenceParam("Patient/" + patientId), patientId);
    }
  }

  /** AI Devices and model cards belong to no patient: a search for them finds those without one. */
  private static void narrowOrShared(
      SearchParameterMap search, String parameter, boolean own, String patientId) {
    if (own) {
      addOnce(search, parameter, new ReferenceParam("Patient/" + patientId), patientId);
    } else {
      ReferenceParam none = new ReferenceParam();
      none.setMissing(true);
      search.add(parameter, none);
    }
  }

  /**
   * Adds a condition in place of those that it implies, since HAPI refuses to join one twice. A
   * condition that names other patients only stays, and nothing meets both.
   */
  private static void addOnce(
      SearchParameterMap search,
      String parameter,
      IQueryParameterType condition,
      String patientId) {
    List<List<IQueryParameterType>> given = search.get(parameter);
    if (given != null) {
      given.removeIf(either -> either.stream().anyMatch(one -> names(one, patientId)));
      if (given.isEmpty()) {
        search.remove(parameter);
      }
    }
    search.add(parameter, condition);
  }

  private static boolean names(IQueryParameterType condition, String patientId) {
    if (condition.getMissing() != null || condition.getQueryParameterQualifier() != null) {
      return false;
    }
    return condition instanceof ReferenceParam reference
        ? patientId.equals(reference.getIdPart())
            && (reference.getResourceType() == null
                || reference.getResourceType().equals("Patient"))
        : condition instanceof TokenParam token && patientId.equals(token.getValue());
  }

  private static boolean asksForModelCards(SearchParameterMap search) {
    List<List<IQueryParameterType>> types = search.get("type");
    return types != null
        && types.stream()
            .anyMatch(
                either ->
                    either.stream()
                        .allMatch(
                            one ->
                                one instanceof TokenParam token
                                    && Canonical.System.AI_INPUTS.equals(token.getSystem())
                                    && Canonical.AI_MODEL_CARD.equals(token.getValue())));
  }

  private String parameterOf(String type) {
    String named = PATIENT_PARAMETER.get(type);
    if (named != null) {
      return named;
    }
    List<String> parameters =
        context.getResourceDefinition(type).getSearchParams().stream()
            .map(RuntimeSearchParam::getName)
            .toList();
    if (parameters.contains("patient")) {
      return "patient";
    }
    if (parameters.contains("subject")) {
      return "subject";
    }
    throw Refusal.forbidden("A token that is limited to one patient cannot search " + type);
  }

  private static void refuseLookingElsewhere(SearchParameterMap search) {
    for (Map.Entry<String, List<List<IQueryParameterType>>> parameter : search.entrySet()) {
      if (parameter.getKey().equals("_filter") || parameter.getKey().equals("_list")) {
        throw refused(parameter.getKey());
      }
      for (List<IQueryParameterType> either : parameter.getValue()) {
        for (IQueryParameterType one : either) {
          boolean has = one instanceof HasParam;
          boolean chained = one instanceof ReferenceParam reference && reference.getChain() != null;
          if (has || chained) {
            throw refused(parameter.getKey());
          }
        }
      }
    }
  }

  private static RuntimeException refused(String parameter) {
    return Refusal.forbidden(
        "Search parameter "
            + parameter
            + " looks at other resources than those it returns; a token that is limited to one patient cannot use it");
  }
}
