package org.equipoise.security.access;

import ca.uhn.fhir.rest.api.RequestTypeEnum;
import ca.uhn.fhir.rest.server.exceptions.BaseServerResponseException;
import java.util.Optional;
import org.equipoise.fhir.Refusal;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.IdType;

/**
 * What the server logs is changed and deleted by nobody: 405, as FHIR R4 (http.html) has it for an
 * interaction that a type does not have. It is created by whom the operator trusts to, one at a
 * time: 403 for all others. Pure.
 */
final class LogWrites {

  private LogWrites() {}

  /**
   * Why a request is refused that is no read.
   *
   * @param isOnType whether its address is that of the type, without anything behind
   * @param isOnOne whether it names one event
   */
  static BaseServerResponseException refusal(
      RequestTypeEnum method, String type, boolean isOnType, boolean isOnOne) {
    return switch (method) {
      case PUT, PATCH, DELETE -> changed(method.name(), type, isOnOne);
      case POST -> isOnType ? untrusted(type) : notOffered(method.name(), type);
      default -> notOffered(method.name(), type);
    };
  }

  /**
   * Why an entry of a transaction is refused; a batch runs each of its own as one.
   *
   * @param isTrusted whether the caller may tell what happened in another system
   * @return empty where it writes no log
   */
  static Optional<BaseServerResponseException> refusal(
      Bundle.BundleEntryComponent entry, boolean isTrusted) {
    Bundle.HTTPVerb method = entry.getRequest().getMethod();
    String url = entry.getRequest().getUrl();
    String type =
        entry.hasResource() && Interactions.LOGS.contains(entry.getResource().fhirType())
            ? entry.getResource().fhirType()
            : typeOf(url);
    if (!Interactions.LOGS.contains(type) || method == null || method == Bundle.HTTPVerb.GET) {
      return Optional.empty();
    }
    return Optional.of(
        switch (method) {
          case PUT, PATCH, DELETE ->
              changed(method.toCode(), type, url != null && new IdType(url).hasIdPart());
          case POST ->
              isTrusted
                  ? Refusal.notSupported(
                      "Bundle.entry",
                      type + "s are told one at a time, by POST " + type + ", not in a Bundle")
                  : untrusted(type);
          default -> notOffered(method.toCode(), type);
        });
  }

  /** The type that the address of an entry names; empty where it names none. */
  static String typeOf(String url) {
    if (url == null) {
      return "";
    }
    String type = new IdType(url.replaceFirst("\\?.*", "")).getResourceType();
    return type == null ? url.replaceFirst("^/", "").replaceFirst("[/?].*", "") : type;
  }

  private static BaseServerResponseException changed(String method, String type, boolean isOnOne) {
    String diagnostics = type + " has no " + method + ": nobody changes or deletes who looked";
    return isOnOne
        ? Refusal.notAllowed(diagnostics, RequestTypeEnum.GET)
        : Refusal.notAllowed(diagnostics, RequestTypeEnum.GET, RequestTypeEnum.POST);
  }

  private static BaseServerResponseException untrusted(String type) {
    return Refusal.forbidden("This server takes " + type + "s from trusted services alone");
  }

  private static BaseServerResponseException notOffered(String method, String type) {
    return Refusal.forbidden("This server does not offer the interaction " + method + " " + type);
  }
}
