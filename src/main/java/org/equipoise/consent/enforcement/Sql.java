package org.equipoise.consent.enforcement;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;

/** Long lists of values in SQL. */
final class Sql {

  /** Databases limit how many values one statement takes. */
  static final int MOST_AT_ONCE = 10_000;

  private Sql() {}

  /** Hands over the values in parts that one statement takes; nothing where there are none. */
  static void inParts(Collection<String> values, Consumer<List<String>> each) {
    List<String> all = new ArrayList<>(values);
    for (int from = 0; from < all.size(); from += MOST_AT_ONCE) {
      each.accept(all.subList(from, Math.min(all.size(), from + MOST_AT_ONCE)));
    }
  }

  /** A time as a parameter. */
  static OffsetDateTime time(Instant instant) {
    return OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  /** A time of a row; null where there is none. */
  static Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }

  /** A question mark for each. */
  static String places(Collection<?> values) {
    return String.join(", ", Collections.nCopies(values.size(), "?"));
  }
}
