package org.equipoise.transparency;

import static org.assertj.core.api.Assertions.assertThat;

import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.server.exceptions.ResourceNotFoundException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.equipoise.fhir.AccessEvent;
import org.equipoise.fhir.AccessLog;
import org.equipoise.fhir.AiUseDecisions;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.RecordView;
import org.equipoise.fhir.Standing;
import org.hl7.fhir.r4.model.AuditEvent;
import org.hl7.fhir.r4.model.Consent;
import org.hl7.fhir.r4.model.DocumentReference;
import org.hl7.fhir.r4.model.DocumentReference.DocumentRelationshipType;
import org.hl7.fhir.r4.model.IdType;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Provenance;
import org.hl7.fhir.r4.model.Provenance.ProvenanceEntityRole;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Resource;
import org.hl7.fhir.r4.model.Task;

/**
 * Whatever refers to whatever, and however loosely the searches find: a story holds nothing about
 * another patient, and nothing that the scopes do not open.
 */
class StoryReaderPropertyTest {

  private static final List<String> PATIENTS = List.of("ana", "ben", "cleo");

  /** A record whose searches find everything of a type, whatever they were asked for. */
  private static final class LooseRecord implements RecordView {

    private final List<Resource> all;
    private final Set<String> hidden;

    LooseRecord(List<Resource> all, Set<String> hidden) {
      this.all = all;
      this.hidden = hidden;
    }

    @Override
    public Caller caller() {
      return new Caller("service", "service", null, null, Set.of("system/*.r"));
    }

    @Override
    public Instant now() {
      return TestStories.NOW;
    }

    @Override
    public <T extends Resource> T read(Class<T> type, IdType id) {
      return find(type, new Reference(id)).orElseThrow(() -> new ResourceNotFoundException(id));
    }

    @Override
    public <T extends Resource> Optional<T> find(Class<T> type, Reference reference) {
      return of(type).filter(one -> Keys.names(reference, one)).findFirst();
    }

    private <T extends Resource> Stream<T> of(Class<T> type) {
      return all.stream().filter(type::isInstance).map(type::cast);
    }

    @Override
    public <T extends Resource> List<T> search(
        Class<T> type, SearchParameterMap parameters, int most) {
      return of(type).limit(most).toList();
    }

    @Override
    public List<IdType> ids(Class<? extends Resource> type, SearchParameterMap parameters) {
      return of(type).map(one -> Keys.id(Keys.of(one))).toList();
    }

    @Override
    public <T extends Resource> List<T> versions(Class<T> type, Collection<IdType> ids, int most) {
      return of(type).filter(one -> ids.contains(Keys.id(Keys.of(one)))).limit(most).toList();
    }

    @Override
    public <T extends Resource> List<T> showable(List<T> resources) {
      return resources.stream().filter(one -> !hidden.contains(Keys.of(one))).toList();
    }

    @Override
    public Extent extent(String type, String patientId) {
      return Extent.ALL;
    }

    @Override
    public boolean maySearch(String type) {
      return true;
    }

    @Override
    public boolean isServed(String type) {
      return true;
    }

    @Override
    public Set<String> patientsOf(Resource resource) {
      return PATIENTS.stream()
          .filter(patient -> owner(resource).contains("Patient/" + patient))
          .collect(Collectors.toSet());
    }
  }

  private static String owner(Resource resource) {
    if (resource instanceof DocumentReference document) {
      return named(document.getSubject());
    }
    if (resource instanceof Observation observation) {
      return named(observation.getSubject());
    }
    if (resource instanceof Consent consent) {
      return named(consent.getPatient());
    }
    if (resource instanceof Task task) {
      return named(task.getFor());
    }
    return resource instanceof Provenance provenance
        ? named(
            (Reference)
                provenance.getExtensionByUrl(Canonical.Extension.PROVENANCE_PATIENT).getValue())
        : "";
  }

  private static String named(Reference patient) {
    return patient.hasReference() ? patient.getReference() : "";
  }

  private static final AiUseDecisions NO_POLICY =
      new AiUseDecisions() {
        @Override
        public Said read(Consent consent) {
          return () -> true;
        }

        @Override
        public boolean speaksOf(Said said, DocumentReference document) {
          return true;
        }

        @Override
        public List<Decision> about(
            DocumentReference document, Collection<Said> said, Instant at, Locale locale) {
          return List.of();
        }
      };

  private static final AccessLog NO_LOG =
      new AccessLog() {
        @Override
        public void keep(List<AccessEvent> events) {
          throw new UnsupportedOperationException();
        }

        @Override
        public boolean keepWhile(Standing standing, List<AccessEvent> events) {
          throw new UnsupportedOperationException();
        }

        @Override
        public IdType keep(AccessEvent event) {
          throw new UnsupportedOperationException();
        }

        @Override
        public List<AuditEvent> consentDecisions(
            String patient, Collection<String> entities, int most) {
          return List.of();
        }
      };

  @Property(tries = 300)
  void whole_whenAnythingRefersToAnything_thenOnlyOfThePatientAndOpen(@ForAll long seed) {
    Random random = new Random(seed);
    DocumentReference note = TestStories.note(1, "unreviewed");
    List<Resource> all = new ArrayList<>(List.of(note, TestStories.scribe(), TestStories.card()));
    for (int i = 0; i < 12; i++) {
      all.add(anything(i, PATIENTS.get(random.nextInt(PATIENTS.size())), random));
    }
    all.forEach(one -> one.getMeta().setLastUpdated(Date.from(TestStories.WRITTEN)));
    refer(all, random);
    Set<String> hidden =
        all.stream()
            .filter(one -> one != note && random.nextInt(5) == 0)
            .map(Keys::of)
            .collect(Collectors.toSet());

    DocumentStory story =
        new StoryReader(
                new LooseRecord(all, hidden),
                NO_POLICY,
                NO_LOG,
                new StoryLimits(100, 100),
                "ana",
                Locale.ENGLISH)
            .whole(note);

    assertThat(resources(story))
        .allMatch(one -> owner(one).isEmpty() || owner(one).equals("Patient/ana"))
        .noneMatch(one -> hidden.contains(Keys.of(one)));
    StoryTeller teller =
        new StoryTeller(story, Gaps.of(story, Locale.ENGLISH), StoryWords.in(Locale.ENGLISH));
    assertThat(teller.sections())
        .flatExtracting(Section::lines)
        .extracting(Section.Line::text)
        .noneMatch(line -> line.contains("secret-of-ben") || line.contains("secret-of-cleo"));
  }

  private static Stream<Resource> resources(DocumentStory story) {
    return Stream.of(
            story.versions(),
            story.related(),
            story.replaced(),
            story.provenances(),
            story.devices(),
            story.cards(),
            story.inputs(),
            story.consents(),
            story.tasks())
        .flatMap(List::stream);
  }

  private static Resource anything(int number, String patient, Random random) {
    Reference of = new Reference("Patient/" + patient);
    Resource resource =
        switch (random.nextInt(5)) {
          case 0 -> {
            Provenance provenance = new Provenance();
            provenance.addExtension(Canonical.Extension.PROVENANCE_PATIENT, of);
            yield provenance;
          }
          case 1 -> new Consent().setPatient(of);
          case 2 -> new Task().setFor(of);
          case 3 -> new Observation().setSubject(of);
          default -> new DocumentReference().setSubject(of).setDescription("secret-of-" + patient);
        };
    resource.setId(resource.fhirType() + "/r" + number + "/_history/1");
    resource.getMeta().setVersionId("1");
    return resource;
  }

  private static void refer(List<Resource> all, Random random) {
    for (Resource one : all) {
      Reference any = new Reference(Keys.of(all.get(random.nextInt(all.size()))));
      if (one instanceof Provenance provenance) {
        provenance.addTarget(new Reference("DocumentReference/note/_history/1"));
        for (int i = 0; i < 3; i++) {
          provenance
              .addEntity()
              .setRole(
                  random.nextBoolean()
                      ? ProvenanceEntityRole.SOURCE
                      : ProvenanceEntityRole.DERIVATION)
              .setWhat(new Reference(Keys.of(all.get(random.nextInt(all.size())))));
        }
      } else if (one instanceof Task task) {
        task.setFocus(new Reference("DocumentReference/note"));
      } else if (one instanceof DocumentReference document) {
        document
            .addRelatesTo()
            .setCode(DocumentRelationshipType.values()[random.nextInt(4)])
            .setTarget(random.nextBoolean() ? any : new Reference("DocumentReference/note"));
      }
    }
  }
}
