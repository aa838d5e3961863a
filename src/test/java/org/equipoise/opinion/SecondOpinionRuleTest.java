package org.equipoise.opinion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ca.uhn.fhir.rest.server.exceptions.ForbiddenOperationException;
import ca.uhn.fhir.rest.server.exceptions.UnprocessableEntityException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.WriteRule.Write;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.ServiceRequest;
import org.hl7.fhir.r4.model.ServiceRequest.ServiceRequestStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SecondOpinionRuleTest {

  private final List<String> forgotten = new ArrayList<>();
  private final SecondOpinionRule rule =
      new SecondOpinionRule(
          new SharedForOpinion(null, null, Clock.systemUTC()) {
            @Override
            void forget(ServiceRequest request) {
              forgotten.add(request.getIdElement().getIdPart());
            }
          });

  private static Write by(String person) {
    return new Write(
        new Caller("app", person, new IdType(person), null, Set.of()), false, Instant.now());
  }

  private static ServiceRequest request(ServiceRequestStatus status, String requester) {
    ServiceRequest request = new ServiceRequest().setStatus(status);
    request.setId("ServiceRequest/r");
    request.addCategory().addCoding().setSystem(Canonical.System.TASK).setCode("second-opinion");
    request.setRequester(new Reference(requester));
    request.setSubject(new Reference("Patient/p"));
    return request;
  }

  private void end(ServiceRequest stored, String person) {
    rule.beforeStore(stored.copy().setStatus(ServiceRequestStatus.REVOKED), stored, by(person));
  }

  @Test
  void beforeStore_whenAClinicianRevokesWhatThePatientAsked_thenForbidden() {
    ServiceRequest stored = request(ServiceRequestStatus.ACTIVE, "Patient/p");

    assertThatThrownBy(() -> end(stored, "Practitioner/author"))
        .isInstanceOf(ForbiddenOperationException.class);
    assertThatCode(() -> end(stored, "Patient/p")).doesNotThrowAnyException();
    assertThatCode(() -> end(stored, "RelatedPerson/son")).doesNotThrowAnyException();
  }

  @Test
  void beforeStore_whenAClinicianRevokesADraft_thenTheirOwnAlone() {
    ServiceRequest draft = request(ServiceRequestStatus.DRAFT, "Practitioner/a");

    assertThatCode(() -> end(draft, "Practitioner/a")).doesNotThrowAnyException();
    assertThatCode(() -> end(draft, "Patient/p")).doesNotThrowAnyException();
    assertThatThrownBy(() -> end(draft, "Practitioner/b"))
        .isInstanceOf(ForbiddenOperationException.class);
    ServiceRequest agreed = request(ServiceRequestStatus.ACTIVE, "Practitioner/a");
    assertThatThrownBy(() -> end(agreed, "Practitioner/a"))
        .isInstanceOf(ForbiddenOperationException.class);
  }

  @ParameterizedTest
  @EnumSource(
      value = ServiceRequestStatus.class,
      names = {"REVOKED", "ENTEREDINERROR", "ACTIVE", "DRAFT", "ONHOLD"})
  void beforeStore_whenCompleted_thenItStaysSo(ServiceRequestStatus status) {
    ServiceRequest stored = request(ServiceRequestStatus.COMPLETED, "Patient/p");

    for (String person : List.of("Patient/p", "Practitioner/author")) {
      assertThatThrownBy(
              () -> rule.beforeStore(stored.copy().setStatus(status), stored, by(person)))
          .isInstanceOf(UnprocessableEntityException.class);
    }
  }

  @Test
  void beforeDelete_whenNotOnesOwnDraft_thenRefusedAndKept() {
    assertThatThrownBy(
            () ->
                rule.beforeDelete(
                    request(ServiceRequestStatus.ACTIVE, "Patient/p"), by("Patient/p")))
        .isInstanceOf(UnprocessableEntityException.class);
    assertThatThrownBy(
            () ->
                rule.beforeDelete(
                    request(ServiceRequestStatus.DRAFT, "Practitioner/a"), by("Practitioner/b")))
        .isInstanceOf(UnprocessableEntityException.class);
    assertThat(forgotten).isEmpty();

    rule.beforeDelete(request(ServiceRequestStatus.DRAFT, "Practitioner/a"), by("Practitioner/a"));

    assertThat(forgotten).containsExactly("r");
  }
}
