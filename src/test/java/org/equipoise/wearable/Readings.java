package org.equipoise.wearable;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a reader makes of a file: for tests. */
record Readings(List<Long> records, List<Reading> all, RecordReader.Unreadable end) {

  static Readings of(RecordReader reader, String file) {
    return of(reader, new ByteArrayInputStream(file.getBytes(StandardCharsets.UTF_8)), 0);
  }

  static Readings of(RecordReader reader, InputStream file, long skip) {
    List<Long> records = new ArrayList<>();
    List<Reading> all = new ArrayList<>();
    RecordReader.Unreadable end = null;
    try {
      reader.read(
          file,
          skip,
          (record, reading) -> {
            records.add(record);
            all.add(reading);
          });
    } catch (RecordReader.Unreadable e) {
      end = e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Readings(records, all, end);
  }

  Reading.Value value(int index) {
    return (Reading.Value) all.get(index);
  }

  Reading.Whole whole(int index) {
    return (Reading.Whole) all.get(index);
  }

  String refusal(int index) {
    return ((Reading.Refused) all.get(index)).reason();
  }
}
