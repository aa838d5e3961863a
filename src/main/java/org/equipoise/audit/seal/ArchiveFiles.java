package org.equipoise.audit.seal;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.equipoise.audit.seal.RowHashes.RowHash;

/**
 * The files of archived blocks: one for each, gzip, lines in UTF-8. The first line is the seal
 * ({@link Seal#line}), each further one an event ({@link EventRow}). A file has its name once it is
 * whole and on the disk.
 *
 * @param directory where they are
 */
record ArchiveFiles(Path directory) {

  /** Gets what is to be written, line by line. */
  @FunctionalInterface
  interface Writing {
    void to(Consumer<String> lines);
  }

  static String name(long seal) {
    return String.format(Locale.ROOT, "access-events-%010d.ndjson.gz", seal);
  }

  /**
   * Writes the file of a block. One that is there, of a node that died or from before the database
   * was restored, is kept where it is whole: it holds what was sealed, whatever became of the rows.
   *
   * @param seal whose line comes first
   * @param events the other lines; asked also where the file is kept
   * @return its name and hash
   * @throws IOException also where a file of that name holds another block, as after the database
   *     was restored from a backup
   */
  SealStore.Archive write(Seal seal, Writing events) throws IOException {
    String name = name(seal.number());
    Path whole = directory.resolve(name);
    if (Files.exists(whole)) {
      if (!head(whole).equals(seal.line())) {
        throw new IOException(name + " holds another block: move it elsewhere");
      }
      if (isWhole(whole, seal)) {
        events.to(line -> {});
        return new SealStore.Archive(name, hash(name));
      }
    }
    Path part = directory.resolve(name + ".part");
    MessageDigest hash = Hashes.sha256();
    try (FileChannel file =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      BufferedWriter lines =
          new BufferedWriter(
              new OutputStreamWriter(
                  new GZIPOutputStream(
                      new DigestOutputStream(Channels.newOutputStream(file), hash)) {
                    @Override
                    public void close() throws IOException {
                      // The file stays open until it is on the disk.
                      finish();
                      flush();
                    }
                  },
                  StandardCharsets.UTF_8));
      try {
        write(seal.line(), lines);
        events.to(line -> write(line, lines));
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      lines.close();
      file.force(true);
    }
    Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    // The name, too.
    try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
      folder.force(true);
    }
    return new SealStore.Archive(name, HexFormat.of().formatHex(hash.digest()));
  }

  private static String head(Path file) throws IOException {
    try (BufferedReader lines = lines(file)) {
      String head = lines.readLine();
      return head == null ? "" : head;
    } catch (EOFException | ZipException e) {
      return "";
    }
  }

  /** Whether its events are those that were sealed. */
  private static boolean isWhole(Path file, Seal seal) throws IOException {
    try (BufferedReader lines = lines(file)) {
      lines.readLine();
      for (RowHash row : seal.rows().rows()) {
        String line = lines.readLine();
        if (line == null || !Hashes.sha256(line).equals(row.hash())) {
          return false;
        }
      }
      return lines.readLine() == null;
    } catch (EOFException | ZipException e) {
      return false;
    }
  }

  private static BufferedReader lines(Path file) throws IOException {
    return new BufferedReader(
        new InputStreamReader(
            new GZIPInputStream(Files.newInputStream(file)), StandardCharsets.UTF_8));
  }

  private static void write(String line, BufferedWriter lines) {
    try {
      lines.write(line);
      lines.write('\n');
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** SHA-256 of a file. */
  String hash(String name) throws IOException {
    MessageDigest hash = Hashes.sha256();
    byte[] buffer = new byte[1 << 16];
    try (InputStream file = Files.newInputStream(directory.resolve(name))) {
      for (int read = file.read(buffer); read >= 0; read = file.read(buffer)) {
        hash.update(buffer, 0, read);
      }
    }
    return HexFormat.of().formatHex(hash.digest());
  }

  /** Hands on the lines of a file. */
  void read(String name, Consumer<String> lines) throws IOException {
    try (BufferedReader file = lines(directory.resolve(name))) {
      for (String line = file.readLine(); line != null; line = file.readLine()) {
        lines.accept(line);
      }
    }
  }
}
