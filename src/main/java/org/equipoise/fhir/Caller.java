package org.equipoise.fhir;

import java.util.Optional;
import java.util.Set;
import org.hl7.fhir.r4.model.IdType;

/**
 * Who asks: one authenticated request's client, the person it acts for, and what it was granted.
 * Made by {@code security} from the access token; features only read it.
 *
 * @param clientId the OAuth client
 * @param subject the token's {@code sub}: the user, or the client itself for a backend service
 * @param user the person who acts ({@code fhirUser}, e.g. {@code Practitioner/7}), or null for a
 *     backend service
 * @param patientId logical id of the one patient that the token is limited to (SMART {@code
 *     patient} context), or null where no patient limits it
 * @param scopes granted SMART scopes as they stand in the token
 * @param device the AI that this client is, e.g. {@code Device/3}; null where it is none
 * @param aiPurpose the one purpose that the AI uses what it reads for, a code of {@code
 *     ai-purpose}; there exactly where {@code device} is
 * @param organization for whom the client or user works, e.g. {@code Organization/5}; null where
 *     nothing is said
 * @param isPrivacyOfficer whether the user looks after who opened whose record, and so reads the
 *     access events of all patients
 * @param isAuditSource whether the client may tell what happened in another system
 */
public record Caller(
    String clientId,
    String subject,
    IdType user,
    String patientId,
    Set<String> scopes,
    String device,
    String aiPurpose,
    String organization,
    boolean isPrivacyOfficer,
    boolean isAuditSource) {

  public Caller {
    scopes = Set.copyOf(scopes);
    if ((device == null) != (aiPurpose == null)) {
      throw new IllegalArgumentException("An AI client has both a device and a purpose");
    }
  }

  /** One without a role of its own in the audit. */
  public Caller(
      String clientId,
      String subject,
      IdType user,
      String patientId,
      Set<String> scopes,
      String device,
      String aiPurpose,
      String organization) {
    this(clientId, subject, user, patientId, scopes, device, aiPurpose, organization, false, false);
  }

  /** One that is no AI, and of whose organization nothing is said. */
  public Caller(
      String clientId, String subject, IdType user, String patientId, Set<String> scopes) {
    this(clientId, subject, user, patientId, scopes, null, null, null);
  }

  /** True where an AI reads for itself, held to what patients decided about it. */
  public boolean isAi() {
    return device != null;
  }

  /** The person who acts, absent for a backend service. */
  public Optional<IdType> person() {
    return Optional.ofNullable(user);
  }

  /** The patient that limits this caller, absent where none does. */
  public Optional<IdType> patient() {
    return Optional.ofNullable(patientId).map(id -> new IdType("Patient", id));
  }

  /** True where a patient, or somebody who stands for one, acts. */
  public boolean isPatientSide() {
    return userIs("Patient") || userIs("RelatedPerson");
  }

  /** True where a clinician acts in person. */
  public boolean isPractitioner() {
    return userIs("Practitioner");
  }

  /** True where no person acts: a backend service with its own credentials. */
  public boolean isService() {
    return user == null;
  }

  private boolean userIs(String resourceType) {
    return user != null && resourceType.equals(user.getResourceType());
  }
}
