package org.equipoise.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.validation.ResultSeverityEnum;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.FhirR4;
import org.equipoise.fhir.RecordValidation;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleEntryComponent;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.Enumerations.DocumentReferenceStatus;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;
import org.junit.jupiter.api.Test;

class StoryBundleTest {

  private static final String BASE = "http://localhost/fhir";
  private static final String NOTE = "DocumentReference/note";

  private final StoryBundle bundle = new StoryBundle(BASE, BundleType.COLLECTION, TestStories.NOW);

  private static DocumentReference document(String id, int version) {
    DocumentReference document = new DocumentReference();
    document.setId("DocumentReference/" + id + "/_history/" + version);
    document.getMeta().setVersionId(String.valueOf(version));
    document.setStatus(DocumentReferenceStatus.CURRENT);
    document
        .addContent()
        .getAttachment()
        .setContentType("text/plain")
        .setData("Rest.".getBytes(StandardCharsets.UTF_8));
    return document;
  }

  private static Task task(int version) {
    Task task = new Task().setStatus(Task.TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.setId("Task/objection/_history/" + version);
    task.getMeta().setVersionId(String.valueOf(version));
    return task.setFocus(new Reference(NOTE));
  }

  private static Provenance of(String target) {
    Provenance provenance = new Provenance();
    provenance.setId("Provenance/made/_history/1");
    provenance.getMeta().setVersionId("1");
    provenance
        .addTarget(new Reference(target))
        .setRecordedElement(new org.hl7.fhir.r4.model.InstantType("2026-05-03T10:20:00Z"));
    provenance.addAgent().setWho(new Reference().setDisplay("NoteMaker"));
    return provenance;
  }

  private List<String> addressesOf(String type) {
    return bundle.bundle().getEntry().stream()
        .filter(entry -> entry.getResource().fhirType().equals(type))
        .map(BundleEntryComponent::getFullUrl)
        .toList();
  }

  private static void assertValid(Resource resource) {
    // As it is sent.
    Bundle sent =
        FhirR4.context()
            .newJsonParser()
            .parseResource(
                Bundle.class, FhirR4.context().newJsonParser().encodeResourceToString(resource));
    assertThat(RecordValidation.shared().validate(sent).getMessages())
        .filteredOn(message -> message.getSeverity().compareTo(ResultSeverityEnum.ERROR) >= 0)
        .isEmpty();
  }

  @Test
  void add_whenSeveralVersionsAndWhatNamesThem_thenEachReferenceLeadsToOneEntry() {
    DocumentReference explanation = document("explanation", 1);
    explanation
        .addRelatesTo()
        .setCode(DocumentRelationshipType.APPENDS)
        .setTarget(new Reference(NOTE));
    explanation.getType().addCoding().setSystem(Canonical.System.LOINC).setCode("11506-3");

    bundle.add(document("note", 3));
    bundle.addAll(List.of(document("note", 3), document("note", 2), document("note", 1)));
    bundle.add(explanation);
    bundle.add(task(2));
    bundle.add(task(1));
    bundle.add(of(NOTE + "/_history/3"));

    assertThat(addressesOf("DocumentReference"))
        .hasSize(4)
        .doesNotHaveDuplicates()
        .startsWith(BASE + "/" + NOTE)
        .noneMatch(address -> address.contains("_history"));
    assertThat(addressesOf("Task")).hasSize(2).doesNotHaveDuplicates();
    assertThat(bundle.bundle().getEntry())
        .extracting(entry -> entry.getLink("self").getUrl())
        .contains(BASE + "/" + NOTE + "/_history/1", BASE + "/Task/objection/_history/1");
    assertValid(bundle.bundle());
  }

  @Test
  void add_whenReferencesNameOldVersions_thenValidToo() {
    bundle.add(document("note", 2));
    bundle.add(document("note", 1));
    bundle.add(of(NOTE + "/_history/1"));

    assertValid(bundle.bundle());
  }

  @Test
  void add_whenAddedAgain_thenOnceAndNamedAlikeInEachAnswer() {
    bundle.addAll(List.of(document("note", 2), document("note", 1), document("note", 1)));
    StoryBundle again = new StoryBundle(BASE, BundleType.COLLECTION, TestStories.NOW);
    again.addAll(List.of(document("note", 2), document("note", 1)));

    assertThat(bundle.bundle().getEntry())
        .extracting(BundleEntryComponent::getFullUrl)
        .isEqualTo(
            again.bundle().getEntry().stream().map(BundleEntryComponent::getFullUrl).toList());
  }
}
