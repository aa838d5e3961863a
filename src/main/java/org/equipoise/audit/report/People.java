package org.equipoise.audit.report;

import java.util.Map;
import java.util.Optional;
import org.equipoise.fhir.ClientDirectory.Client;

/**
 * What the record says of those who came: as the server reads it when the report is told.
 *
 * @param persons by reference, e.g. {@code Practitioner/7}, {@code Device/3}, {@code
 *     RelatedPerson/4}; who is not there any more is left out
 * @param organizations names by reference, e.g. {@code Organization/5}
 * @param clients OAuth clients by their id; which is not registered any more is left out
 * @param elsewhere names in the events of other systems, by the number of the event
 */
record People(
    Map<String, Person> persons,
    Map<String, String> organizations,
    Map<String, Client> clients,
    Map<Long, String> elsewhere) {

  /**
   * One person or AI.
   *
   * @param name null where none is told
   * @param role what they are; null where nothing is told
   * @param organization for whom they work, a reference; null where nothing is told
   * @param maker who made the AI; null elsewhere
   */
  record Person(String name, Role role, String organization, String maker) {}

  /**
   * What somebody is.
   *
   * @param code of HL7's practitioner-role; null where it is none of these
   * @param text in words of the record; null where it has none
   */
  record Role(String code, String text) {}

  Optional<Person> person(String reference) {
    return reference == null ? Optional.empty() : Optional.ofNullable(persons.get(reference));
  }

  Optional<String> organization(String reference) {
    return reference == null ? Optional.empty() : Optional.ofNullable(organizations.get(reference));
  }

  Optional<Client> client(String id) {
    return id == null ? Optional.empty() : Optional.ofNullable(clients.get(id));
  }

  Optional<String> nameOfClient(String id) {
    return client(id).map(Client::name);
  }
}
