package org.equipoise.everything;

import ca.uhn.fhir.parser.DataFormatException;
import ca.uhn.fhir.rest.api.server.RequestDetails;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.equipoise.fhir.Refusal;
import org.equipoise.fhir.SimpleParameters;
import org.hl7.fhir.r4.model.InstantType;

/**
 * What a caller asks for, in the address (GET) or in a Parameters resource (POST).
 *
 * @param types the types to give; empty for all
 * @param since only what was stored at or after this time
 * @param count resources on a page; absent for the server's own choice
 * @param from the part of the record that the page begins in; absent for the first
 * @param offset resources of that part to skip
 */
record EverythingRequest(
    Set<String> types,
    Optional<Instant> since,
    Optional<Integer> count,
    Optional<String> from,
    int offset) {

  static final String TYPE = "_type";
  static final String SINCE = "_since";
  static final String COUNT = "_count";
  static final String FROM = "_from";
  static final String OFFSET = "_offset";

  /**
   * @throws ca.uhn.fhir.rest.server.exceptions.InvalidRequestException 400 where a parameter is
   *     unknown, given twice or malformed
   */
  static EverythingRequest parse(RequestDetails request) {
    SimpleParameters given = SimpleParameters.of(request, Set.of(TYPE, SINCE, COUNT, FROM, OFFSET));
    Set<String> types = new TreeSet<>();
    given
        .all(TYPE)
        .forEach(one -> Arrays.stream(one.split(",")).map(String::strip).forEach(types::add));
    return new EverythingRequest(
        types,
        given.one(SINCE).map(EverythingRequest::instant),
        given.number(COUNT, 1),
        given.one(FROM),
        given.number(OFFSET, 0).orElse(0));
  }

  private static Instant instant(String text) {
    try {
      return new InstantType(text).getValue().toInstant();
    } catch (DataFormatException | IllegalArgumentException e) {
      throw Refusal.invalid(
          SimpleParameters.at(SINCE),
          SINCE + " must be a time with its zone, such as 2026-11-22T10:00:00Z");
    }
  }
}
