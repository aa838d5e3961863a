package org.equipoise.opinion;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.WholeRecord;
import org.equipoise.opinion.Independence.Makers;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Device;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.junit.jupiter.api.Test;

class MakersReaderTest {

  private final List<Resource> stored = new ArrayList<>();

  private <T extends Resource> T store(T resource, String id) {
    resource.setId(resource.fhirType() + "/" + id);
    stored.add(resource);
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
    return new MakersReader(new Stored()).makers(document);
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

  /** All of a type that match no search in particular: each test stores what matches. */
  private final class Stored implements WholeRecord {

    @Override
    public Optional<Bundle> transaction() {
      return Optional.empty();
    }

    @Override
    public Optional<Resource> find(Reference reference) {
      return stored.stream()
          .filter(one -> Opinions.key(one).equals(Opinions.key(reference)))
          .findFirst();
    }

    @Override
    public <T extends Resource> List<T> referringTo(
        Class<T> type, String parameter, IdType target) {
      return search(type, new SearchParameterMap());
    }

    @Override
    public <T extends Resource> List<T> search(Class<T> type, SearchParameterMap parameters) {
      Stream<Resource> all = stored.stream();
      return all.filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public Optional<Resource> version(IdType id) {
      return Optional.empty();
    }

    @Override
    public void lock(String... keys) {
      // Nobody else is there.
    }

    @Override
    public List<Resource> documentsWith(IdType binary) {
      return List.of();
    }

    @Override
    public void rewrite(Resource resource) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void add(Resource resource) {
      throw new UnsupportedOperationException();
    }
  }
}
