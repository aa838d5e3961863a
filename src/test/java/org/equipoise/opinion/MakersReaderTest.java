package org.equipoise.opinion;

import static org.assertj.core.api.Assertions.assertThat;

import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordInMemory;
import org.equipoise.opinion.Independence.Makers;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

class MakersReaderTest {

  private final RecordInMemory record = new RecordInMemory();

  private <T extends Resource> T store(T resource, String id) {
    resource.setId(resource.fhirType() + "/" + id);
    record.with(resource);
    return resource;
  }

  private PractitionerRole role(String id, String practitioner, String organization) {
    return store(
        new PractitionerRole()
            .setPractitioner(new Reference(practitioner))
            .setOrganization(new Reference(organization)),
        id);
  }

  private Makers makers(DocumentReference document) {
    return new MakersReader(record).makers(document);
  }

  @Test
  void makers_whenTheAuthorIsARole_thenWhereverElseTheyWorkToo() {
    role("a", "Practitioner/p", "Organization/a");
    role("b", "Practitioner/p", "Organization/b");
    DocumentReference document = store(new DocumentReference(), "d");
    document.addAuthor(new Reference("PractitionerRole/a"));

    Makers makers = makers(document);

    assertThat(makers.authors()).containsExactly("Practitioner/p");
    assertThat(makers.organizations())
        .containsExactlyInAnyOrder("Organization/a", "Organization/b");
  }

  @Test
  void makers_whenAProvenanceIsSigned_thenWhoSignedCheckedIt() {
    DocumentReference document = store(new DocumentReference(), "d");
    Provenance story = store(new Provenance(), "s");
    story.addTarget(new Reference("DocumentReference/d"));
    story
        .addSignature()
        .setWho(new Reference("Practitioner/signer"))
        .setOnBehalfOf(new Reference("Organization/house"));

    Makers makers = makers(document);

    assertThat(makers.attesters()).containsExactly("Practitioner/signer");
    assertThat(makers.organizations()).containsExactly("Organization/house");
  }

  @Test
  void makers_whenAnAiWroteIt_thenItsOwnerIsOneOfThem() {
    Device scribe = store(new Device(), "scribe");
    scribe
        .getType()
        .addCoding()
        .setSystem(Canonical.System.AI_DEVICE_TYPE)
        .setCode(Canonical.ARTIFICIAL_INTELLIGENCE);
    scribe.setOwner(new Reference("Organization/owner"));
    DocumentReference document = store(new DocumentReference(), "d");
    document.addAuthor(new Reference("Device/scribe"));

    assertThat(makers(document).organizations()).containsExactly("Organization/owner");
  }
}
