package org.equipoise.wearable;

import java.io.IOException;
import java.io.InputStream;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.HalfCharacters;
import org.equipoise.fhir.UnfinishedWork;
import org.equipoise.wearable.Ingest.State;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The uploads, in tables of our own. A node that works on one holds a lease of it; each of its
 * transactions begins by renewing that ({@link #renew}), which fails once another node has taken
 * over, so that nothing is done twice.
 */
class IngestStore implements UnfinishedWork {

  /** Refusals that are told one by one; the rest is counted. */
  static final int MOST_REFUSALS = 10_000;

  private static final String COLUMNS =
      "id, patient_id, caller, language, format, source, state, records, all_read, refusals, attempts, first_at, last_at";
  private static final String BEYOND = "beyond";
  private static final String OTHER = "other";
  private static final int MOST_KINDS = 200;
  private static final int LONGEST_REASON = 2_000;
  private static final int LONGEST_KIND = 200;

  private final JdbcTemplate jdbc;
  private final Clock clock;
  private final Duration lease;

  /** How far the writing has come. */
  record Position(String bucket, long part) {
    static final Position START = new Position("", -1);
  }

  /** The work was taken away: cancelled, or taken over by another node. */
  static final class Lost extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  IngestStore(JdbcTemplate jdbc, Clock clock, Duration lease) {
    this.jdbc = jdbc;
    this.clock = clock;
    this.lease = lease;
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }

  private OffsetDateTime leaseEnd() {
    return now().plus(lease);
  }

  // ---- what the door does

  /** Notes a new upload, whose body is about to be received. */
  String receive(String patientId, Caller caller, Locale language, Upload upload) {
    String id = UUID.randomUUID().toString();
    jdbc.update(
        "insert into eqp_ingest (id, patient_id, client_id, caller, language, format, source, request_id,"
            + " state, lease_until, created_at, changed_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        id,
        patientId,
        caller.clientId(),
        CallerText.of(caller),
        language.getLanguage(),
        upload.format().code(),
        upload.source(),
        upload.requestId(),
        State.RECEIVING.code(),
        leaseEnd(),
        now(),
        now());
    return id;
  }

  /**
   * Uploads of a patient that are under way. One whose sender went away while it was received is
   * not.
   */
  int underWay(String patientId) {
    return jdbc.queryForObject(
        "select count(*) from eqp_ingest where patient_id = ? and (state in ('waiting', 'running')"
            + " or (state = 'receiving' and lease_until > ?))",
        Integer.class,
        patientId,
        now());
  }

  /** Keeps the next piece of the body. */
  void part(String id, int number, byte[] content) {
    jdbc.update(
        "insert into eqp_ingest_part (ingest_id, number, content) values (?, ?, ?)",
        id,
        number,
        content);
    alive(id);
  }

  /** Whoever sends it goes on sending. */
  void alive(String id) {
    jdbc.update("update eqp_ingest set lease_until = ? where id = ?", leaseEnd(), id);
  }

  /**
   * The body is there as a whole: any node may begin.
   *
   * @param hash of the file, to know it again
   * @return false where the upload was ended while it was received
   */
  boolean received(String id, String hash) {
    return jdbc.update(
            "update eqp_ingest set state = 'waiting', body_hash = ?, lease_until = ?, changed_at = ?"
                + " where id = ? and state = 'receiving'",
            hash,
            now(),
            now(),
            id)
        == 1;
  }

  @Override
  public void endOf(String clientId, String subject) {
    jdbc
        .query(
            "select "
                + COLUMNS
                + " from eqp_ingest where client_id = ?"
                + " and state in ('receiving', 'waiting', 'running') order by id",
            this::ingest,
            clientId)
        .stream()
        .filter(ingest -> subject.equals(ingest.caller().subject()))
        .map(Ingest::id)
        .filter(this::isHeld)
        .forEach(id -> stop(id, "what the app that asked for it was allowed was taken back"));
  }

  /** Waits for the transaction of a worker; false where the upload has ended in the meantime. */
  private boolean isHeld(String id) {
    return jdbc.update(
            "update eqp_ingest set owner = null where id = ?"
                + " and state in ('receiving', 'waiting', 'running')",
            id)
        == 1;
  }

  /** An upload and the hash of its file. */
  record Earlier(String id, String hash) {}

  /** What a client sent under this {@code requestId} before. */
  Optional<Earlier> earlier(String patientId, String clientId, String requestId) {
    return jdbc
        .query(
            "select id, body_hash from eqp_ingest where patient_id = ? and client_id = ?"
                + " and request_id = ? and state not in ('receiving', 'stopped', 'failed')",
            (row, index) -> new Earlier(row.getString(1), row.getString(2)),
            patientId,
            clientId,
            requestId)
        .stream()
        .findFirst();
  }

  /** Forgets an upload, with all that is not written yet. */
  void forget(String id) {
    jdbc.update("delete from eqp_ingest where id = ?", id);
  }

  Optional<Ingest> find(String id) {
    return jdbc
        .query("select " + COLUMNS + " from eqp_ingest where id = ?", this::ingest, id)
        .stream()
        .findFirst();
  }

  private Ingest ingest(ResultSet row, int index) throws SQLException {
    return new Ingest(
        row.getString(1),
        row.getString(2),
        CallerText.read(row.getString(3)),
        Locale.forLanguageTag(row.getString(4)),
        Format.of(row.getString(5)).orElseThrow(),
        row.getString(6),
        State.valueOf(row.getString(7).toUpperCase(Locale.ROOT)),
        row.getLong(8),
        row.getBoolean(9),
        row.getInt(10),
        row.getInt(11),
        instant(row, 12),
        instant(row, 13));
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  List<Ingest.Tally> tallies(String id) {
    return jdbc.query(
        "select subject, outcome, amount from eqp_ingest_tally where ingest_id = ?"
            + " order by subject, outcome",
        (row, index) -> new Ingest.Tally(row.getString(1), row.getString(2), row.getLong(3)),
        id);
  }

  /** A page of the refusals, in the order in which they came. */
  List<Ingest.Refusal> refusals(String id, int from, int most) {
    return jdbc.query(
        "select record, amount, code, reason from eqp_ingest_refused where ingest_id = ? and number >= ?"
            + " order by number limit ?",
        (row, index) ->
            new Ingest.Refusal(row.getLong(1), row.getLong(2), row.getString(3), row.getString(4)),
        id,
        from,
        most);
  }

  /** Why an upload ended before it was through: the last that its report says. */
  Optional<Ingest.Refusal> stopped(Ingest ingest) {
    return ingest.state() == State.STOPPED
        ? refusals(ingest.id(), ingest.refusals() - 1, 1).stream().findFirst()
        : Optional.empty();
  }

  /** Days of one measure, or Observations, that wait to be written. */
  int waitingBuckets(String id) {
    return jdbc.queryForObject(
        "select count(distinct bucket) from eqp_ingest_staged where ingest_id = ?",
        Integer.class,
        id);
  }

  // ---- what the worker does

  /**
   * Takes an upload that nobody works on; empty where there is none. Taking it is an attempt, which
   * the next transaction that succeeds forgets: what ends the whole process is not tried for ever.
   */
  Optional<Ingest> claim(String owner, int mostAttempts) {
    List<String> due =
        jdbc.queryForList(
            "select id from eqp_ingest where state in ('waiting', 'running') and lease_until <= ?"
                + " order by created_at limit 10",
            String.class,
            now());
    for (String id : due) {
      int claimed =
          jdbc.update(
              "update eqp_ingest set state = 'running', owner = ?, lease_until = ?,"
                  + " attempts = attempts + 1 where id = ? and state in ('waiting', 'running') and lease_until <= ?",
              owner,
              leaseEnd(),
              id,
              now());
      Optional<Ingest> taken = claimed == 1 ? find(id) : Optional.empty();
      if (taken.isPresent() && taken.get().attempts() <= mostAttempts) {
        return taken;
      }
      taken.ifPresent(ingest -> end(ingest.id(), State.FAILED));
    }
    return Optional.empty();
  }

  /**
   * The first thing in a transaction of a worker: no other node can take over before it ends.
   *
   * @throws Lost where the work is not its own any more
   */
  void renew(String id, String owner) {
    int renewed =
        jdbc.update(
            "update eqp_ingest set lease_until = ?, attempts = 0"
                + " where id = ? and owner = ? and state = 'running'",
            leaseEnd(),
            id,
            owner);
    if (renewed == 0) {
      throw new Lost();
    }
  }

  /** The file as it was sent, decompressed, one piece of it in memory at a time. */
  InputStream file(String id) throws IOException {
    return new GZIPInputStream(
        new InputStream() {
          private byte[] part = new byte[0];
          private int at;
          private int number;

          private boolean hasMore() {
            while (at == part.length) {
              List<byte[]> next =
                  jdbc.queryForList(
                      "select content from eqp_ingest_part where ingest_id = ? and number = ?",
                      byte[].class,
                      id,
                      number);
              if (next.isEmpty()) {
                return false;
              }
              part = next.get(0);
              at = 0;
              number++;
            }
            return true;
          }

          @Override
          public int read() {
            return hasMore() ? part[at++] & 0xff : -1;
          }

          @Override
          public int read(byte[] buffer, int offset, int length) {
            if (!hasMore()) {
              return -1;
            }
            int got = Math.min(length, part.length - at);
            System.arraycopy(part, at, buffer, offset, got);
            at += got;
            return got;
          }
        },
        1 << 16);
  }

  /** Sets aside what was read, up to and including {@code records}. */
  void stage(String id, long records, Collection<Ingest.Staged> staged) {
    jdbc.batchUpdate(
        "insert into eqp_ingest_staged (ingest_id, bucket, part, head, body) values (?, ?, ?, ?, ?)",
        staged.stream()
            .map(one -> new Object[] {id, one.bucket(), one.part(), one.head(), one.body()})
            .toList());
    jdbc.update(
        "update eqp_ingest set records = ?, changed_at = ? where id = ?", records, now(), id);
  }

  /** The whole file was read: it is not needed any more. */
  void allRead(String id) {
    jdbc.update("update eqp_ingest set all_read = true, changed_at = ? where id = ?", now(), id);
    jdbc.update("delete from eqp_ingest_part where ingest_id = ?", id);
  }

  /**
   * What is to be written next, in the order of buckets; of a large one a part of it.
   *
   * @param after the last that was written, so that its neighbours are not looked through again
   * @param most so many buckets
   * @param mostText stops where so many characters were read
   */
  List<Ingest.Bucket> next(String id, Position after, int most, int mostText) {
    Set<String> names = new HashSet<>();
    Position last = null;
    long text = 0;
    for (Map.Entry<Position, Long> row : sizes(id, after)) {
      names.add(row.getKey().bucket());
      text += row.getValue();
      if (last != null && (names.size() > most || text > mostText)) {
        break;
      }
      last = row.getKey();
    }
    if (last == null) {
      return List.of();
    }
    Map<String, List<Ingest.Staged>> parts =
        jdbc
            .query(
                "select bucket, part, head, body from eqp_ingest_staged where ingest_id = ?"
                    + " and (bucket, part) > (?, ?) and (bucket, part) <= (?, ?)"
                    + " order by bucket, part",
                (row, index) ->
                    new Ingest.Staged(
                        row.getString(1), row.getLong(2), row.getString(3), row.getString(4)),
                id,
                after.bucket(),
                after.part(),
                last.bucket(),
                last.part())
            .stream()
            .collect(
                Collectors.groupingBy(
                    Ingest.Staged::bucket, LinkedHashMap::new, Collectors.toList()));
    return parts.entrySet().stream()
        .map(bucket -> new Ingest.Bucket(bucket.getKey(), bucket.getValue()))
        .toList();
  }

  /** How much text comes next, row by row. */
  private List<Map.Entry<Position, Long>> sizes(String id, Position after) {
    return jdbc.query(
        "select bucket, part, length(body) from eqp_ingest_staged where ingest_id = ?"
            + " and (bucket, part) > (?, ?) order by bucket, part limit 500",
        (row, index) -> Map.entry(new Position(row.getString(1), row.getLong(2)), row.getLong(3)),
        id,
        after.bucket(),
        after.part());
  }

  void written(String id, List<Ingest.Bucket> buckets) {
    jdbc.batchUpdate(
        "delete from eqp_ingest_staged where ingest_id = ? and bucket = ? and part = ?",
        buckets.stream()
            .flatMap(bucket -> bucket.parts().stream())
            .map(part -> new Object[] {id, part.bucket(), part.part()})
            .toList());
  }

  /** Adds to the account of an upload. */
  void add(String id, Change change) {
    for (Map.Entry<Map.Entry<String, String>, Long> amount : change.amounts().entrySet()) {
      String subject = known(id, amount.getKey().getKey());
      String outcome = amount.getKey().getValue();
      int updated =
          jdbc.update(
              "update eqp_ingest_tally set amount = amount + ?"
                  + " where ingest_id = ? and subject = ? and outcome = ?",
              amount.getValue(),
              id,
              subject,
              outcome);
      if (updated == 0) {
        jdbc.update(
            "insert into eqp_ingest_tally (ingest_id, subject, outcome, amount) values (?, ?, ?, ?)",
            id,
            subject,
            outcome,
            amount.getValue());
      }
    }
    if (!change.refused().isEmpty()) {
      refuse(id, change.refused());
    }
    if (change.first() != null) {
      OffsetDateTime first = change.first().atOffset(ZoneOffset.UTC);
      OffsetDateTime last = change.last().atOffset(ZoneOffset.UTC);
      jdbc.update(
          "update eqp_ingest set first_at = case when first_at < ? then first_at else ? end,"
              + " last_at = case when last_at > ? then last_at else ? end, changed_at = ? where id = ?",
          first,
          first,
          last,
          last,
          now(),
          id);
    }
  }

  /** The words of a file are the client's: only so many different ones are counted apart. */
  private String known(String id, String subject) {
    Integer others =
        jdbc.queryForObject(
            "select count(distinct subject) from eqp_ingest_tally where ingest_id = ? and subject <> ?",
            Integer.class,
            id,
            subject);
    return others >= MOST_KINDS && !isThere("eqp_ingest_tally", "subject", id, subject)
        ? "Other"
        : subject;
  }

  private boolean isThere(String table, String column, String id, String value) {
    return jdbc.queryForObject(
            "select count(*) from " + table + " where ingest_id = ? and " + column + " = ?",
            Integer.class,
            id,
            value)
        > 0;
  }

  private void refuse(String id, List<Change.Refused> refused) {
    int number =
        jdbc.queryForObject("select refusals from eqp_ingest where id = ?", Integer.class, id);
    List<Object[]> rows = new ArrayList<>();
    Map<String, List<Change.Refused>> kinds =
        refused.stream()
            .filter(one -> one.kind() != null)
            .collect(Collectors.groupingBy(Change.Refused::kind));
    for (Change.Refused one : refused) {
      if (one.kind() == null && number + rows.size() < MOST_REFUSALS) {
        rows.add(row(id, number + rows.size(), one, one.amount()));
      } else if (one.kind() == null) {
        kinds
            .computeIfAbsent(BEYOND, kind -> new ArrayList<>())
            .add(
                new Change.Refused(
                    one.record(),
                    one.amount(),
                    one.code(),
                    "Further records were refused, more than are told one by one",
                    BEYOND));
      }
    }
    fold(id, kinds);
    for (Map.Entry<String, List<Change.Refused>> kind : kinds.entrySet()) {
      String name = cut(kind.getKey(), LONGEST_KIND);
      long amount = kind.getValue().stream().mapToLong(Change.Refused::amount).sum();
      int updated =
          jdbc.update(
              "update eqp_ingest_refused set amount = amount + ? where ingest_id = ? and kind = ?",
              amount,
              id,
              name);
      if (updated == 0) {
        rows.add(row(id, number + rows.size(), kind.getValue().get(0), amount));
      }
    }
    jdbc.batchUpdate(
        "insert into eqp_ingest_refused (ingest_id, number, record, kind, code, reason, amount)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        rows);
    jdbc.update("update eqp_ingest set refusals = ? where id = ?", number + rows.size(), id);
  }

  /** Beyond so many kinds the rest is one. */
  private void fold(String id, Map<String, List<Change.Refused>> kinds) {
    int there =
        jdbc.queryForObject(
            "select count(*) from eqp_ingest_refused where ingest_id = ? and kind is not null",
            Integer.class,
            id);
    List<Change.Refused> rest = new ArrayList<>();
    for (String kind : List.copyOf(kinds.keySet())) {
      boolean isNew = !isThere("eqp_ingest_refused", "kind", id, cut(kind, LONGEST_KIND));
      if (isNew && !kind.equals(BEYOND) && ++there > MOST_KINDS) {
        kinds.remove(kind).stream()
            .map(
                one ->
                    new Change.Refused(
                        one.record(),
                        one.amount(),
                        one.code(),
                        "Records of further types that are not taken",
                        OTHER))
            .forEach(rest::add);
      }
    }
    if (!rest.isEmpty()) {
      kinds.put(OTHER, rest);
    }
  }

  private static Object[] row(String id, int number, Change.Refused one, long amount) {
    return new Object[] {
      id,
      number,
      one.record(),
      one.kind() == null ? null : cut(one.kind(), LONGEST_KIND),
      one.code().toCode(),
      cut(one.reason(), LONGEST_REASON),
      amount
    };
  }

  private static String cut(String text, int longest) {
    return HalfCharacters.first(text, longest);
  }

  /** Leaves the work to whoever takes it first. */
  void release(String id, String owner) {
    jdbc.update(
        "update eqp_ingest set lease_until = ?, attempts = 0 where id = ? and owner = ?",
        now(),
        id,
        owner);
  }

  /** Everything is written. */
  void done(String id) {
    jdbc.update(
        "update eqp_ingest set state = 'done', owner = null, changed_at = ? where id = ?",
        now(),
        id);
  }

  /**
   * Ends the work before its end: what is written stays, the rest is thrown away.
   *
   * @param cause goes on after "since"; in the report it is the last line
   */
  void stop(String id, String cause) {
    Ingest ingest = find(id).orElseThrow(Lost::new);
    String why =
        "The upload ended before it was through, since "
            + cause
            + ". What was written stands; send the file again for the rest";
    jdbc.update(
        "insert into eqp_ingest_refused (ingest_id, number, record, kind, code, reason, amount)"
            + " values (?, ?, ?, ?, ?, ?, ?)",
        row(
            id,
            ingest.refusals(),
            new Change.Refused(ingest.records(), 0, IssueType.FORBIDDEN, why, null),
            0));
    jdbc.update("update eqp_ingest set refusals = refusals + 1 where id = ?", id);
    end(id, State.STOPPED);
  }

  /**
   * A failure that is not the file's: it is tried again after a while, but not for ever.
   *
   * @return whether it is given up
   */
  boolean failed(String id, String owner, int mostAttempts) {
    jdbc.update(
        "update eqp_ingest set lease_until = ?, changed_at = ?"
            + " where id = ? and owner = ? and state = 'running'",
        leaseEnd(),
        now(),
        id,
        owner);
    boolean givenUp =
        find(id)
            .filter(ingest -> ingest.state() == State.RUNNING)
            .filter(ingest -> ingest.attempts() >= mostAttempts)
            .isPresent();
    if (givenUp) {
      end(id, State.FAILED);
    }
    return givenUp;
  }

  private void end(String id, State state) {
    jdbc.update(
        "update eqp_ingest set state = ?, owner = null, changed_at = ? where id = ?",
        state.code(),
        now(),
        id);
    jdbc.update("delete from eqp_ingest_part where ingest_id = ?", id);
    jdbc.update("delete from eqp_ingest_staged where ingest_id = ?", id);
  }

  /** Throws away what is over for long, and what nobody went on sending. */
  void clean(Duration keep) {
    jdbc.update(
        "delete from eqp_ingest where (state in ('done', 'stopped', 'failed') and changed_at < ?)"
            + " or (state = 'receiving' and lease_until < ?)",
        now().minus(keep),
        now().minus(lease));
  }
}
