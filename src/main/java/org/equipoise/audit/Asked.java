package org.equipoise.audit;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.util.UrlUtil;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.equipoise.fhir.AccessEvent.Door;
import org.hl7.fhir.r4.model.Base;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleEntryRequestComponent;
import org.hl7.fhir.r4.model.Bundle.HTTPVerb;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Parameters;
import org.hl7.fhir.r4.model.PrimitiveType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;

/**
 * What one request, or one entry of a batch or transaction, asks for.
 *
 * @param door by which way
 * @param operation without the dollar sign; null where it is none
 * @param path below the FHIR base, without parameters
 * @param instance the resource that it names, {@code Type/id} with its version where it names one;
 *     null where it names none
 * @param parameters by name
 * @param body what came with it; null where nothing did
 */
record Asked(
    Door door,
    String operation,
    String path,
    IdType instance,
    Map<String, String[]> parameters,
    Resource body) {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9.-]{1,64}");

  private static final Pattern PATIENT =
      Pattern.compile("(?:https?://[^?#]{1,500}/)?Patient/([A-Za-z0-9.-]{1,64})");

  /** Whoever names more patients at once has only those told whom the answer touches. */
  static final int MOST_NAMED = 100;

  private static final int LONGEST_VALUE = 200;
  private static final int LONGEST_QUERY = 2_000;

  /** Search parameters whose values say nothing of a person. */
  private static final Set<String> TOLD =
      Set.of(
          "_at",
          "_count",
          "_elements",
          "_include",
          "_lastUpdated",
          "_offset",
          "_profile",
          "_revinclude",
          "_security",
          "_since",
          "_sort",
          "_summary",
          "_tag",
          "_total",
          "_type",
          "category",
          "class",
          "clinical-status",
          "code",
          "date",
          "intent",
          "status",
          "type");

  /** In which an id alone is a patient's. */
  private static final Set<String> OF_PATIENT =
      Set.of("patient", "patient:Patient", "subject", "subject:Patient", "record-patient");

  static Asked of(RequestDetails request) {
    Door door = door(request);
    return new Asked(
        door,
        operation(request),
        request.getRequestPath(),
        instance(request.getResourceName(), request.getId()),
        request.getParameters() == null ? Map.of() : request.getParameters(),
        request.getResource() instanceof Resource body && door != Door.TRANSACTION ? body : null);
  }

  static Asked of(BundleEntryComponent entry) {
    BundleEntryRequestComponent request = entry.getRequest();
    String url = request.getUrl() == null ? "" : request.getUrl().replaceFirst("^/", "");
    int query = url.indexOf('?');
    String path = query < 0 ? url : url.substring(0, query);
    Map<String, String[]> parameters =
        query < 0 ? Map.of() : parametersOf(url.substring(query + 1));
    IdType id = new IdType(path.replaceFirst("/(_history|\\$.*)$", ""));
    return new Asked(
        door(request.getMethod(), path, parameters),
        path.contains("/$") ? path.replaceFirst(".*/\\$", "") : null,
        path,
        instance(id.getResourceType(), id),
        parameters,
        entry.getResource());
  }

  /** Of what cannot be read, none: such an entry was refused. */
  private static Map<String, String[]> parametersOf(String query) {
    try {
      return UrlUtil.parseQueryString(query);
    } catch (IllegalArgumentException e) {
      return Map.of();
    }
  }

  private static IdType instance(String type, org.hl7.fhir.instance.model.api.IIdType id) {
    if (type == null || id == null || !id.hasIdPart() || !ID.matcher(id.getIdPart()).matches()) {
      return null;
    }
    return id.hasVersionIdPart() && ID.matcher(id.getVersionIdPart()).matches()
        ? new IdType(type, id.getIdPart(), id.getVersionIdPart())
        : new IdType(type, id.getIdPart());
  }

  private static String operation(RequestDetails request) {
    String operation = request.getOperation();
    return operation != null && operation.startsWith("$") ? operation.substring(1) : null;
  }

  private static Door door(RequestDetails request) {
    if (operation(request) != null) {
      return Door.OPERATION;
    }
    RestOperationTypeEnum interaction = request.getRestOperationType();
    if (interaction == null) {
      // Refused before anybody knew what it is.
      return switch (request.getRequestType()) {
        case GET, HEAD -> request.getId() == null ? Door.SEARCH : Door.READ;
        case PUT -> Door.UPDATE;
        case PATCH -> Door.PATCH;
        case DELETE -> Door.DELETE;
        default -> {
          if (String.valueOf(request.getRequestPath()).endsWith("_search")) {
            yield Door.SEARCH;
          }
          yield request.getResourceName() == null ? Door.TRANSACTION : Door.CREATE;
        }
      };
    }
    return switch (interaction) {
      case READ -> Door.READ;
      case VREAD -> Door.VREAD;
      case HISTORY_INSTANCE, HISTORY_TYPE, HISTORY_SYSTEM -> Door.HISTORY;
      case CREATE -> Door.CREATE;
      case UPDATE -> Door.UPDATE;
      case PATCH -> Door.PATCH;
      case DELETE -> Door.DELETE;
      case GET_PAGE -> Door.PAGE;
      case TRANSACTION -> Door.TRANSACTION;
      default -> searchOrPage(request.getParameters());
    };
  }

  private static Door door(HTTPVerb method, String path, Map<String, String[]> parameters) {
    if (path.contains("/$") || path.startsWith("$")) {
      return Door.OPERATION;
    }
    return switch (method == null ? HTTPVerb.NULL : method) {
      case POST -> Door.CREATE;
      case PUT -> Door.UPDATE;
      case PATCH -> Door.PATCH;
      case DELETE -> Door.DELETE;
      default -> {
        if (path.endsWith("_history")) {
          yield Door.HISTORY;
        }
        if (path.contains("/_history/")) {
          yield Door.VREAD;
        }
        yield path.contains("/") ? Door.READ : searchOrPage(parameters);
      }
    };
  }

  private static Door searchOrPage(Map<String, String[]> parameters) {
    String[] offset = parameters == null ? null : parameters.get("_offset");
    boolean isFirst = offset == null || offset.length == 0 || offset[0].matches("0*");
    return isFirst ? Door.SEARCH : Door.PAGE;
  }

  boolean isWrite() {
    return switch (door) {
      case CREATE, UPDATE, PATCH, DELETE -> true;
      default -> false;
    };
  }

  private boolean isSearch() {
    return door == Door.SEARCH || door == Door.PAGE;
  }

  /** {@code Type/id} of the resource that it names; null where it names none. */
  String key() {
    return instance == null ? null : instance.toUnqualifiedVersionless().getValue();
  }

  private boolean isOnPatient() {
    return instance != null && "Patient".equals(instance.getResourceType());
  }

  /**
   * Logical ids of the patients that its address and, where it searches or runs an operation, its
   * parameters name; none of the latter where there are too many to have all told.
   */
  Set<String> patients() {
    Set<String> patients = new LinkedHashSet<>();
    if (isSearch() || door == Door.OPERATION) {
      addParameters(patients);
      addBody(patients);
    }
    if (patients.size() > MOST_NAMED) {
      patients.clear();
    }
    if (isOnPatient()) {
      patients.add(instance.getIdPart());
    }
    return patients;
  }

  private void addParameters(Set<String> patients) {
    parameters.forEach(
        (name, values) -> {
          for (String value : values) {
            for (String one : value.split(",")) {
              if (patients.size() <= MOST_NAMED) {
                add(one.strip(), namesPatients(name), patients);
              }
            }
          }
        });
  }

  private boolean namesPatients(String parameter) {
    return OF_PATIENT.contains(parameter) || ("_id".equals(parameter) && "Patient".equals(type()));
  }

  private void addBody(Set<String> patients) {
    if (body instanceof Parameters given) {
      given
          .getParameter()
          .forEach(
              one ->
                  add(
                      valueOf(one.getValue()),
                      one.hasName() && OF_PATIENT.contains(one.getName()),
                      patients));
    }
  }

  private static String valueOf(Base value) {
    if (value instanceof Reference reference) {
      return reference.getReference();
    }
    return value instanceof PrimitiveType<?> primitive ? primitive.getValueAsString() : null;
  }

  private static void add(String value, boolean isBare, Set<String> patients) {
    if (value == null) {
      return;
    }
    var named = PATIENT.matcher(value);
    if (named.matches()) {
      patients.add(named.group(1));
    } else if (isBare && ID.matcher(value).matches()) {
      patients.add(value);
    }
  }

  /** The first part of the path; empty where there is none. */
  String type() {
    String trimmed = path == null ? "" : path.startsWith("/") ? path.substring(1) : path;
    int end = trimmed.indexOf('/');
    return end < 0 ? trimmed : trimmed.substring(0, end);
  }

  /**
   * A search as it is told to one patient: what it asks about persons is told by the name of the
   * parameter alone, but for the patient's own id.
   *
   * @param patient logical id; null where it is told to nobody
   * @return null where it is no search
   */
  String query(String patient) {
    if (!isSearch()) {
      return null;
    }
    StringJoiner told = new StringJoiner("&");
    for (Map.Entry<String, String[]> parameter : new TreeMap<>(parameters).entrySet()) {
      for (String value : parameter.getValue()) {
        told.add(encoded(cut(parameter.getKey())) + "=" + told(parameter.getKey(), value, patient));
      }
      if (told.length() > LONGEST_QUERY) {
        return path + "?" + told.toString().substring(0, LONGEST_QUERY) + "...";
      }
    }
    return told.length() == 0 ? path : path + "?" + told;
  }

  private String told(String name, String value, String patient) {
    int modifier = name.indexOf(':');
    if (TOLD.contains(modifier < 0 ? name : name.substring(0, modifier))) {
      return encoded(cut(value));
    }
    return patient != null && namesPatients(name) && patients().contains(patient) ? patient : "";
  }

  private static String cut(String text) {
    return text.length() <= LONGEST_VALUE ? text : text.substring(0, LONGEST_VALUE) + "...";
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("%2F", "/")
        .replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%7C", "|");
  }
}
