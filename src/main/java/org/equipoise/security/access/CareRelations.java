package org.equipoise.security.access;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.Constants;
import ca.uhn.fhir.rest.api.SortSpec;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.param.TokenOrListParam;
import ca.uhn.fhir.rest.param.TokenParam;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.sql.ResultSet;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.equipoise.fhir.AccessEvent.Ground;
import org.equipoise.fhir.Standing;
import org.equipoise.fhir.TreatingClinicians.Treatment;
import org.equipoise.security.access.AccessProperties.Clinicians;
import org.equipoise.security.access.CareFacts.Fact;
import org.equipoise.security.access.CareFacts.Kind;
import org.hl7.fhir.r4.model.Patient;
import org.hl7.fhir.r4.model.PractitionerRole;
import org.hl7.fhir.r4.model.Resource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Who cares for whom, in a table of its own: two rows to read for a yes or no, and one statement
 * for all patients of a clinician, however large the record is. {@link CareKeeping} keeps it in
 * step with the record, in the same transactions.
 */
class CareRelations implements CareRelation {

  /** Parameters: a moment before which an Encounter ended too long ago, now, member, person, now */
  private static final String CURRENT =
      " (ended_at is null or ended_at > case when kind in ('encounter', 'registration')"
          + " then cast(? as timestamp with time zone) else cast(? as timestamp with time zone) end)"
          + " and (member = ? or member in (select 'PractitionerRole/' || role_id"
          + " from eqp_practitioner_role where practitioner_id = ?"
          + " and (ended_at is null or ended_at > cast(? as timestamp with time zone))))";

  /** The kind of one relation; a broken glass only where there is no other. */
  private static final String RELATED =
      "select kind from eqp_care_relation where patient_id = ? and"
          + CURRENT
          + " order by case when kind = 'break-glass' then 1 else 0 end"
          + " fetch first 1 rows only";

  /** That there is one, by more than a glass that they broke. */
  private static final String STANDS_BY =
      "exists (select 1 from eqp_care_relation where patient_id = ? and kind <> 'break-glass' and"
          + CURRENT
          + ")";

  private static final Duration REMEMBERED = Duration.ofMinutes(1);
  private static final int MOST_REMEMBERED = 10_000;

  private static final String AT_REGISTRATION = "registration";

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;
  private final AccessProperties properties;
  private final Clock clock;

  /** Who was found to care for whom, by more than a glass that they broke: {@link #key}. */
  private final Cache<String, Boolean> found =
      Caffeine.newBuilder()
          .expireAfterWrite(REMEMBERED)
          .maximumSize(MOST_REMEMBERED)
          .executor(Runnable::run)
          .build();

  CareRelations(JdbcTemplate jdbc, DaoRegistry records, AccessProperties properties, Clock clock) {
    this.jdbc = jdbc;
    this.records = records;
    this.properties = properties;
    this.clock = clock;
  }

  @Override
  public Optional<Ground> ground(String practitioner, String patient) {
    if (properties.clinicians() == Clinicians.ORGANISATION) {
      return Optional.of(Ground.WHOLE_HOUSE);
    }
    Optional<Ground> ground =
        related(practitioner, patient)
            .map(kind -> kind.equals(Kind.BREAK_GLASS.code()) ? Ground.BREAK_GLASS : Ground.CARE);
    if (ground.filter(Ground.CARE::equals).isPresent()) {
      found.put(key(practitioner, patient), true);
    } else {
      found.invalidate(key(practitioner, patient));
    }
    return ground;
  }

  @Override
  public Optional<Standing> remembered(String practitioner, String patient) {
    return found.getIfPresent(key(practitioner, patient)) == null
        ? Optional.empty()
        : Optional.of(new Standing(STANDS_BY, Arrays.asList(with(patient, current(practitioner)))));
  }

  private static String key(String practitioner, String patient) {
    return practitioner + "/" + patient;
  }

  /** One statement, however many patients. */
  @Override
  public Map<String, Ground> grounds(String practitioner, Collection<String> patients) {
    Map<String, Ground> grounds = new HashMap<>();
    if (properties.clinicians() == Clinicians.ORGANISATION) {
      patients.forEach(patient -> grounds.put(patient, Ground.WHOLE_HOUSE));
    } else if (!patients.isEmpty()) {
      jdbc.query(
          "select patient_id, min(case when kind = 'break-glass' then 1 else 0 end)"
              + " from eqp_care_relation where patient_id in ("
              + places(patients.stream())
              + ") and"
              + CURRENT
              + " group by patient_id",
          row -> {
            grounds.put(row.getString(1), row.getInt(2) == 1 ? Ground.BREAK_GLASS : Ground.CARE);
          },
          with(patients.stream(), current(practitioner)));
    }
    return grounds;
  }

  /** Whether the clinician cares for the patient by more than a glass that they broke. */
  boolean standsBy(String practitioner, String patient) {
    return properties.clinicians() == Clinicians.ORGANISATION
        || Boolean.TRUE.equals(
            jdbc.query(
                "select 1 where " + STANDS_BY,
                ResultSet::next,
                with(patient, current(practitioner))));
  }

  /**
   * Whether the clinician has to do with the patient, however wide the operator opened the record.
   */
  boolean treats(String practitioner, String patient) {
    return related(practitioner, patient).isPresent();
  }

  private Optional<String> related(String practitioner, String patient) {
    return Optional.ofNullable(
        jdbc.query(
            RELATED,
            row -> row.next() ? row.getString(1) : null,
            with(patient, current(practitioner))));
  }

  /**
   * Those of these that are so now, however wide the operator opened the record: two statements for
   * a thousand patients.
   */
  Set<Treatment> among(Collection<Treatment> asked) {
    OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    Map<String, Set<String>> personsOf = new HashMap<>();
    jdbc.query(
        "select role_id, practitioner_id from eqp_practitioner_role where practitioner_id in ("
            + places(asked.stream().map(Treatment::person))
            + ") and (ended_at is null or ended_at > ?)",
        row -> {
          personsOf
              .computeIfAbsent("PractitionerRole/" + row.getString(1), role -> new HashSet<>())
              .add("Practitioner/" + row.getString(2));
        },
        with(asked.stream().map(one -> one.person().replaceFirst("^Practitioner/", "")), now));
    Set<Treatment> treatments = new HashSet<>();
    jdbc.query(
        "select member, patient_id from eqp_care_relation where patient_id in ("
            + places(asked.stream().map(Treatment::patient))
            + ") and (ended_at is null or ended_at > case when kind in ('encounter',"
            + " 'registration') then cast(? as timestamp with time zone)"
            + " else cast(? as timestamp with time zone) end)",
        row -> {
          String member = row.getString(1);
          String patient = row.getString(2);
          personsOf
              .getOrDefault(member, Set.of(member))
              .forEach(person -> treatments.add(new Treatment(person, patient)));
        },
        with(
            asked.stream().map(Treatment::patient),
            now.minus(properties.encounterCountsFor()),
            now));
    treatments.retainAll(Set.copyOf(asked));
    return treatments;
  }

  private static String places(Stream<String> values) {
    return String.join(", ", Collections.nCopies((int) values.distinct().count(), "?"));
  }

  private static Object[] with(Stream<String> first, Object... others) {
    return Stream.concat(first.distinct(), Arrays.stream(others)).toArray();
  }

  @Override
  public Set<String> patientsOf(String practitioner) {
    return new TreeSet<>(
        jdbc.queryForList(
            "select distinct patient_id from eqp_care_relation where" + CURRENT,
            String.class,
            current(practitioner)));
  }

  private Object[] current(String practitioner) {
    OffsetDateTime now = OffsetDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
    return new Object[] {
      now.minus(properties.encounterCountsFor()),
      now,
      "Practitioner/" + practitioner,
      practitioner,
      now
    };
  }

  private static Object[] with(Object first, Object[] others) {
    Object[] all = new Object[others.length + 1];
    all[0] = first;
    System.arraycopy(others, 0, all, 1, others.length);
    return all;
  }

  @Override
  public List<Entry> patientsOf(String practitioner, String name, int offset, int count) {
    List<String> words =
        Arrays.stream(name.strip().split("\\s+")).filter(w -> !w.isEmpty()).toList();
    // Without a name, nobody is looked for but one's own.
    boolean isOpen = properties.clinicians() == Clinicians.ORGANISATION && !words.isEmpty();
    if (words.size() == 1 && name.matches(".*\\d.*")) {
      SearchParameterMap byIdentifier = new SearchParameterMap();
      byIdentifier.add(Patient.SP_IDENTIFIER, new TokenParam(words.get(0)));
      List<Entry> found = find(practitioner, byIdentifier, isOpen, offset, count);
      if (!found.isEmpty()) {
        return found;
      }
    }
    SearchParameterMap byName = new SearchParameterMap();
    words.forEach(word -> byName.add(Patient.SP_NAME, new StringParam(word)));
    return find(practitioner, byName, isOpen, offset, count);
  }

  private List<Entry> find(
      String practitioner, SearchParameterMap search, boolean isOpen, int offset, int count) {
    if (!isOpen) {
      TokenOrListParam ids = new TokenOrListParam();
      patientsOf(practitioner).forEach(id -> ids.add(new TokenParam(id)));
      if (ids.size() == 0) {
        return List.of();
      }
      search.add("_id", ids);
    }
    search.setSort(
        new SortSpec(
            Patient.SP_FAMILY, null, new SortSpec(Patient.SP_GIVEN, null, new SortSpec("_id"))));
    // Those of the search itself are overwritten by what the request says, or does not say.
    SystemRequestDetails page = new SystemRequestDetails();
    page.addParameter(Constants.PARAM_OFFSET, new String[] {String.valueOf(offset)});
    page.addParameter(Constants.PARAM_COUNT, new String[] {String.valueOf(count)});
    return records
        .getResourceDao(Patient.class)
        .search(search, page)
        // A page that is not the last has no size to get all by.
        .getResources(0, count)
        .stream()
        .map(resource -> entry((Patient) resource))
        .toList();
  }

  private static Entry entry(Patient patient) {
    return new Entry(
        patient.getIdElement().getIdPart(),
        patient.getNameFirstRep().getNameAsSingleString(),
        patient.getBirthDateElement().getValueAsString(),
        patient.hasGender() ? patient.getGender().toCode() : null,
        patient.hasIdentifier() ? patient.getIdentifierFirstRep().getValue() : null);
  }

  /** Writes down what a resource says now, in place of what it said before. */
  void learn(Resource resource) {
    String source = sourceOf(resource);
    if (resource instanceof PractitionerRole role) {
      jdbc.update(
          "delete from eqp_practitioner_role where role_id = ?", role.getIdElement().getIdPart());
      CareFacts.ofRole(role)
          .ifPresent(
              fact ->
                  jdbc.update(
                      "insert into eqp_practitioner_role (role_id, practitioner_id, ended_at)"
                          + " values (?, ?, ?)",
                      role.getIdElement().getIdPart(),
                      fact.member(),
                      time(fact.endedAt())));
      return;
    }
    jdbc.update("delete from eqp_care_relation where source = ?", source);
    CareFacts.of(resource).forEach(fact -> insert(source, fact));
  }

  /** Takes back what a resource said that is gone. */
  void forget(Resource resource) {
    if (resource instanceof PractitionerRole) {
      jdbc.update(
          "delete from eqp_practitioner_role where role_id = ?",
          resource.getIdElement().getIdPart());
    } else {
      jdbc.update("delete from eqp_care_relation where source = ?", sourceOf(resource));
    }
    if (resource instanceof Patient) {
      jdbc.update(
          "delete from eqp_care_relation where patient_id = ?",
          resource.getIdElement().getIdPart());
    }
  }

  private static String sourceOf(Resource resource) {
    return resource.fhirType() + "/" + resource.getIdElement().getIdPart();
  }

  /** A clinician who registers a patient goes on with this patient's first Encounter. */
  void registered(String practitioner, String patient) {
    insert(
        AT_REGISTRATION,
        new Fact("Practitioner/" + practitioner, patient, Kind.REGISTRATION, clock.instant()));
  }

  /** Opens a patient's record to a clinician for a time. */
  void grant(String practitioner, String patient, Instant until) {
    insert(
        Kind.BREAK_GLASS.code() + "/" + UUID.randomUUID(),
        new Fact("Practitioner/" + practitioner, patient, Kind.BREAK_GLASS, until));
  }

  private void insert(String source, Fact fact) {
    jdbc.update(
        "insert into eqp_care_relation (source, member, patient_id, kind, ended_at)"
            + " values (?, ?, ?, ?, ?)",
        source,
        fact.member(),
        fact.patient(),
        fact.kind().code(),
        time(fact.endedAt()));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
