package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.RestOperationTypeEnum;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.util.EnumSet;
import java.util.Set;

/**
 * The interactions that this server offers: what is not in here is refused, whatever HAPI could do.
 */
public final class Interactions {

  /** On records. */
  public static final Set<RestOperationTypeEnum> ON_RECORDS =
      EnumSet.of(
          RestOperationTypeEnum.READ,
          RestOperationTypeEnum.VREAD,
          RestOperationTypeEnum.HISTORY_INSTANCE,
          RestOperationTypeEnum.SEARCH_TYPE,
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.UPDATE,
          RestOperationTypeEnum.PATCH,
          RestOperationTypeEnum.DELETE);

  /** On what the server logs; only who is trusted to tells it of other systems. */
  public static final Set<RestOperationTypeEnum> ON_LOGS =
      EnumSet.of(
          RestOperationTypeEnum.CREATE,
          RestOperationTypeEnum.READ,
          RestOperationTypeEnum.VREAD,
          RestOperationTypeEnum.SEARCH_TYPE);

  /** On the definitions that we publish. */
  public static final Set<RestOperationTypeEnum> ON_DEFINITIONS =
      EnumSet.of(RestOperationTypeEnum.READ, RestOperationTypeEnum.SEARCH_TYPE);

  /** Published definitions: readable without a token. */
  public static final Set<String> DEFINITIONS =
      Set.of(
          "CodeSystem",
          "ConceptMap",
          "NamingSystem",
          "OperationDefinition",
          "Questionnaire",
          "SearchParameter",
          "StructureDefinition",
          "ValueSet");

  /** What the server logs, and nobody changes. */
  public static final Set<String> LOGS = Set.of("AuditEvent");

  private Interactions() {}

  static boolean isOnDefinitions(RequestDetails request) {
    return request.getResourceName() != null && DEFINITIONS.contains(request.getResourceName());
  }

  private static Set<RestOperationTypeEnum> onType(String type) {
    if (type != null && DEFINITIONS.contains(type)) {
      return ON_DEFINITIONS;
    }
    return type != null && LOGS.contains(type) ? ON_LOGS : ON_RECORDS;
  }

  static boolean isOffered(RestOperationTypeEnum interaction, RequestDetails request) {
    return switch (interaction) {
      case METADATA, TRANSACTION -> true;
      case EXTENDED_OPERATION_INSTANCE, EXTENDED_OPERATION_TYPE ->
          OperationScopes.isKnown(
              request.getResourceName(), request.getOperation().substring(1), interaction);
      default -> onType(request.getResourceName()).contains(interaction);
    };
  }
}
