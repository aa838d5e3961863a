package org.equipoise.audit.seal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * The rows of a block, by number, each with its hash.
 *
 * @param rows in the order in which they were sealed: by number, then by time
 */
record RowHashes(List<RowHash> rows) {

  private static final int HASH_BYTES = 32;
  private static final int ROW_BYTES = Long.BYTES + HASH_BYTES;

  /**
   * @param id number of the event
   * @param hash {@link EventRow#hash}
   */
  record RowHash(long id, String hash) {}

  RowHashes {
    rows = List.copyOf(rows);
  }

  /**
   * @throws IllegalArgumentException where these are no rows
   */
  static RowHashes of(byte[] bytes) {
    if (bytes.length % ROW_BYTES != 0) {
      throw new IllegalArgumentException(bytes.length + " bytes are no list of rows");
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    List<RowHash> rows = new ArrayList<>(bytes.length / ROW_BYTES);
    byte[] hash = new byte[HASH_BYTES];
    while (buffer.hasRemaining()) {
      long id = buffer.getLong();
      buffer.get(hash);
      rows.add(new RowHash(id, HexFormat.of().formatHex(hash)));
    }
    return new RowHashes(rows);
  }

  byte[] bytes() {
    ByteBuffer buffer = ByteBuffer.allocate(rows.size() * ROW_BYTES);
    for (RowHash row : rows) {
      buffer.putLong(row.id()).put(HexFormat.of().parseHex(row.hash()));
    }
    return buffer.array();
  }
}
