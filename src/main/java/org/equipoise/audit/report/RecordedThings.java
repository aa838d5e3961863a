package org.equipoise.audit.report;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.api.svc.IIdHelperService;
import ca.uhn.fhir.jpa.model.dao.JpaPid;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.ReferenceParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.equipoise.audit.StoredEvent;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.IdType;

/** What the things are that were touched, and why a glass was broken; as the server reads it. */
final class RecordedThings {

  /** Kinds are asked of so many things on a page; what goes beyond is told by its type alone. */
  private static final int MOST = 3_000;

  private static final int CHUNK = 500;

  /** Emergencies of one patient that a report looks at, the latest first. */
  private static final int MOST_EMERGENCIES = 500;

  /** LOINC codes of documents that tell of a visit or a stay. */
  private static final List<String> VISIT_NOTES =
      List.of("11506-3", "34109-9", "34117-2", "11488-4", "34133-9", "18842-5", "28570-0");

  private final DaoRegistry records;
  private final IIdHelperService<JpaPid> ids;

  RecordedThings(DaoRegistry records, IIdHelperService<JpaPid> ids) {
    this.records = records;
    this.ids = ids;
  }

  /** As in {@link Facts#kinds}. */
  Map<String, String> kinds(Collection<StoredEvent> events) {
    Set<String> things = new LinkedHashSet<>();
    events.stream()
        .flatMap(event -> event.event().entities().stream())
        .map(Deeds::withoutVersion)
        .forEach(things::add);
    Map<String, String> kinds = new HashMap<>();
    for (String category : List.of("laboratory", "vital-signs")) {
      find(
          "Observation",
          "category",
          List.of(new TokenParam(Canonical.System.OBSERVATION_CATEGORY, category)),
          things,
          category,
          kinds);
    }
    find(
        "DocumentReference",
        "type",
        VISIT_NOTES.stream().map(code -> new TokenParam(Canonical.System.LOINC, code)).toList(),
        things,
        "visit-note",
        kinds);
    return kinds;
  }

  private void find(
      String type,
      String parameter,
      List<TokenParam> codes,
      Set<String> things,
      String kind,
      Map<String, String> kinds) {
    List<String> wanted =
        things.stream()
            .filter(thing -> thing.startsWith(type + "/"))
            .map(thing -> thing.substring(type.length() + 1))
            .limit(MOST)
            .toList();
    for (int from = 0; from < wanted.size(); from += CHUNK) {
      TokenOrListParam named = new TokenOrListParam();
      wanted
          .subList(from, Math.min(wanted.size(), from + CHUNK))
          .forEach(id -> named.add(new TokenParam(id)));
      TokenOrListParam coded = new TokenOrListParam();
      codes.forEach(coded::add);
      List<JpaPid> found =
          records
              .getResourceDao(type)
              .searchForIds(
                  SearchParameterMap.newSynchronous().add("_id", named).add(parameter, coded),
                  new SystemRequestDetails());
      ids.translatePidsToForcedIds(Set.copyOf(found))
          .getResolvedResourceIds()
          .forEach(id -> kinds.put(type + "/" + new IdType(id).getIdPart(), kind));
    }
  }

  /** The messages that breaking the glass left with the patient. */
  List<Emergency> emergencies(String patient) {
    List<Communication> messages =
        records
            .getResourceDao(Communication.class)
            .searchForResources(
                SearchParameterMap.newSynchronous()
                    .add("subject", new ReferenceParam("Patient/" + patient))
                    .add("category", new TokenParam(Canonical.System.OPERATION, "break-glass"))
                    .setSort(
                        new ca.uhn.fhir.rest.api.SortSpec(
                            "sent", ca.uhn.fhir.rest.api.SortOrderEnum.DESC))
                    .setLoadSynchronousUpTo(MOST_EMERGENCIES),
                new SystemRequestDetails());
    List<Emergency> emergencies = new ArrayList<>();
    for (Communication message : messages) {
      if (message.hasSent() && message.getSender().getReferenceElement().hasIdPart()) {
        CodeableConcept reason = message.getReasonCodeFirstRep();
        emergencies.add(
            new Emergency(
                "Practitioner/" + message.getSender().getReferenceElement().getIdPart(),
                message.getSent().toInstant(),
                reason.getCoding().stream()
                    .filter(
                        coding -> Canonical.System.BREAK_GLASS_REASON.equals(coding.getSystem()))
                    .map(Coding::getCode)
                    .findFirst()
                    .orElse(null),
                reason.hasText() && !reason.getText().isBlank() ? reason.getText() : null));
      }
    }
    return emergencies;
  }
}
