package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.jpa.searchparam.SearchParameterMap;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import ca.uhn.fhir.rest.param.TokenParam;
import java.sql.Date;
import java.time.Instant;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.equipoise.audit.StoredEvent;
import org.equipoise.audit.watch.Matter.Occurrence;
import org.equipoise.fhir.AccessEvent.Agent;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.UnusualAccessRecords;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.IntegerType;
import org.hl7.fhir.r4.model.Period;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.Task;
import org.hl7.fhir.r4.model.Task.ParameterComponent;
import org.hl7.fhir.r4.model.Task.TaskStatus;
import org.hl7.fhir.r4.model.Type;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The Tasks that ask the privacy officer to look into a {@link Matter}: one that is open for each,
 * which further events join. Where it was closed and more happens on the same day, another is
 * opened. Of the events the first twenty are named; then the Task says how many there are, anew
 * each time the number has doubled.
 *
 * <p>None has {@code for} or {@code focus}: a Task about suspicion is no part of the patient's
 * record, and must not keep anybody from being deleted. Who came and whom it touched stand in
 * {@code input}.
 */
class OfficerTasks {

  /** A Task in one of these is over. */
  static final Set<TaskStatus> OVER =
      EnumSet.of(
          TaskStatus.COMPLETED,
          TaskStatus.REJECTED,
          TaskStatus.CANCELLED,
          TaskStatus.FAILED,
          TaskStatus.ENTEREDINERROR);

  private static final int MOST_NAMED = 20;
  private static final String ENGLISH = "en";

  private final JdbcTemplate jdbc;
  private final DaoRegistry records;

  OfficerTasks(JdbcTemplate jdbc, DaoRegistry records) {
    this.jdbc = jdbc;
    this.records = records;
  }

  private record Known(String task, int events) {}

  /**
   * Opens a Task for this matter, or has these join the one that is open.
   *
   * @param names of the people whom it is about
   * @return whether it is the first of this matter
   */
  boolean raise(Matter matter, List<Occurrence> occurrences, Names names, Instant now) {
    Optional<Known> known = find(matter);
    Optional<Task> open = known.flatMap(one -> open(one.task()));
    if (open.isPresent()) {
      int before = known.get().events();
      int after = before + occurrences.size();
      if (before < MOST_NAMED || Integer.highestOneBit(before) != Integer.highestOneBit(after)) {
        Task task = open.get();
        join(task, occurrences, before);
        tell(task, matter, occurrences, names, after, now);
        records.getResourceDao(Task.class).update(task, new SystemRequestDetails());
      }
      keep(matter, known.get().task(), after, true);
      return false;
    }
    Task task = task(matter, occurrences.get(0).stored().event().agent(), names, now);
    join(task, occurrences, 0);
    tell(task, matter, occurrences, names, occurrences.size(), now);
    String id =
        records
            .getResourceDao(Task.class)
            .create(task, new SystemRequestDetails())
            .getId()
            .getIdPart();
    keep(matter, id, occurrences.size(), known.isPresent());
    return known.isEmpty();
  }

  private Optional<Known> find(Matter matter) {
    return jdbc
        .query(
            "select task_id, events from eqp_access_task"
                + " where agent = ? and patient = ? and rule = ? and for_day = ?",
            (row, number) -> new Known(row.getString(1), row.getInt(2)),
            matter.agent(),
            matter.patient(),
            matter.rule().code(),
            Date.valueOf(matter.day()))
        .stream()
        .findFirst();
  }

  private void keep(Matter matter, String task, int events, boolean isKnown) {
    jdbc.update(
        isKnown
            ? "update eqp_access_task set task_id = ?, events = ?"
                + " where agent = ? and patient = ? and rule = ? and for_day = ?"
            : "insert into eqp_access_task (task_id, events, agent, patient, rule, for_day)"
                + " values (?, ?, ?, ?, ?, ?)",
        task,
        events,
        matter.agent(),
        matter.patient(),
        matter.rule().code(),
        Date.valueOf(matter.day()));
  }

  private Optional<Task> open(String id) {
    // Not a read: one that finds nothing would end the transaction.
    return records
        .getResourceDao(Task.class)
        .searchForResources(
            SearchParameterMap.newSynchronous("_id", new TokenParam(id)),
            new SystemRequestDetails())
        .stream()
        .filter(task -> !OVER.contains(task.getStatus()))
        .findFirst();
  }

  private static Task task(Matter matter, Agent agent, Names names, Instant now) {
    Task task = new Task();
    task.setLanguage(ENGLISH);
    task.setStatus(TaskStatus.REQUESTED).setIntent(Task.TaskIntent.ORDER);
    task.getCode().addCoding().setSystem(Canonical.System.TASK).setCode(UnusualAccessRecords.CODE);
    task.getReasonCode()
        .addCoding()
        .setSystem(Canonical.System.UNUSUAL_ACCESS)
        .setCode(matter.rule().code());
    task.getReasonCode().setText(matter.rule().words(ENGLISH).display());
    task.getGroupIdentifier().setSystem(UnusualAccessRecords.AGENT).setValue(matter.agent());
    task.setAuthoredOn(java.util.Date.from(now));
    Reference who = new Reference().setDisplay(names.agent(agent));
    if (!matter.agent().startsWith("client:")) {
      who.setReference(matter.agent());
    }
    input(task, "who", who);
    if (!matter.patient().isEmpty()) {
      input(
          task,
          "patient",
          new Reference("Patient/" + matter.patient()).setDisplay(names.patient(matter.patient())));
    }
    return task;
  }

  private static void join(Task task, List<Occurrence> occurrences, int before) {
    occurrences.stream()
        .limit(Math.max(0, MOST_NAMED - before))
        .forEach(
            one -> input(task, "access", new Reference("AuditEvent/" + one.stored().fhirId())));
    Period period = task.getExecutionPeriod();
    for (Occurrence one : occurrences) {
      java.util.Date time = java.util.Date.from(one.stored().recorded());
      if (!period.hasStart() || time.before(period.getStart())) {
        period.setStart(time);
      }
      if (!period.hasEnd() || time.after(period.getEnd())) {
        period.setEnd(time);
      }
    }
  }

  private static void tell(
      Task task,
      Matter matter,
      List<Occurrence> occurrences,
      Names names,
      int events,
      Instant now) {
    Flag last =
        occurrences.stream()
            .map(Occurrence::flag)
            .max(Comparator.comparing(flag -> flag.counted() == null ? 0 : flag.counted()))
            .orElseThrow();
    WatchWords words = WatchWords.in(ENGLISH);
    StoredEvent first = occurrences.get(0).stored();
    task.setDescription(
        words.say(
                "task." + matter.rule().code(),
                names.agent(first.event().agent()),
                matter.patient().isEmpty() ? "" : names.patient(matter.patient()),
                last.counted(),
                last.usual())
            + " "
            + words.say("task.end"));
    task.setLastModified(java.util.Date.from(now));
    only(task, "accesses", new IntegerType(events));
    if (last.counted() != null) {
      only(task, "counted", new IntegerType(last.counted()));
    }
    if (matter.rule() == Rule.MORE_THAN_USUAL) {
      only(task, "usual", new IntegerType(last.usual()));
    }
  }

  private static void only(Task task, String part, Type value) {
    task.getInput()
        .removeIf(input -> input.getType().hasCoding(Canonical.System.UNUSUAL_ACCESS_PART, part));
    input(task, part, value);
  }

  private static void input(Task task, String part, Type value) {
    ParameterComponent input = task.addInput();
    input
        .getType()
        .addCoding(new Coding().setSystem(Canonical.System.UNUSUAL_ACCESS_PART).setCode(part));
    input.setValue(value);
  }
}
