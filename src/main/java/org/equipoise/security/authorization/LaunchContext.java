package org.equipoise.security.authorization;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.hl7.fhir.r4.model.IdType;

/**
 * What an app is started with (SMART App Launch 2.2, section "Scopes for requesting context data").
 * It is kept with the authorization, so that refreshed tokens and introspection tell the same.
 *
 * @param person the person of the record as whom the user acts, e.g. {@code Practitioner/7}; null
 *     until it is known
 * @param patient logical id of the patient in context, or null
 * @param encounter logical id of the encounter in context, or null
 * @param intent what the user wants to do, as an EHR says it, or null
 * @param fhirContext a JSON array of objects with {@code reference}, {@code canonical} or {@code
 *     identifier}, or null
 * @param needPatientBanner whether the app must show who the patient is, or null
 * @param smartStyleUrl where an app finds the EHR's colours and fonts, or null
 */
public record LaunchContext(
    IdType person,
    String patient,
    String encounter,
    String intent,
    String fhirContext,
    Boolean needPatientBanner,
    String smartStyleUrl) {

  /** Nothing known yet. */
  public static final LaunchContext NONE =
      new LaunchContext(null, null, null, null, null, null, null);

  /** The same with another person and patient. */
  public LaunchContext with(IdType newPerson, String newPatient) {
    return new LaunchContext(
        newPerson, newPatient, encounter, intent, fhirContext, needPatientBanner, smartStyleUrl);
  }

  /**
   * The same, with the need of a patient banner where it is not said otherwise: an app that stands
   * alone has nobody else to show whose record it is. (An EHR's launch always says.)
   */
  LaunchContext withBannerWhereAlone() {
    return needPatientBanner != null || patient == null
        ? this
        : new LaunchContext(person, patient, encounter, intent, fhirContext, true, smartStyleUrl);
  }

  /** As text by name, for what can keep nothing else; without what is not known. */
  Map<String, String> toMap() {
    Map<String, String> map = new LinkedHashMap<>();
    put(map, "person", person == null ? null : person.getValue());
    put(map, "patient", patient);
    put(map, "encounter", encounter);
    put(map, "intent", intent);
    put(map, "fhirContext", fhirContext);
    put(map, "need_patient_banner", needPatientBanner);
    put(map, "smart_style_url", smartStyleUrl);
    return map;
  }

  private static void put(Map<String, String> map, String name, Object value) {
    if (value != null) {
      map.put(name, value.toString());
    }
  }

  /** The reverse of {@link #toMap}. */
  static LaunchContext of(Map<String, String> map) {
    return new LaunchContext(
        Optional.ofNullable(map.get("person")).map(IdType::new).orElse(null),
        map.get("patient"),
        map.get("encounter"),
        map.get("intent"),
        map.get("fhirContext"),
        Optional.ofNullable(map.get("need_patient_banner")).map(Boolean::valueOf).orElse(null),
        map.get("smart_style_url"));
  }
}
