package org.equipoise.bench;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An Equipoise server in a JVM of its own, on loopback, from the start until it says that it is
 * ready to its end.
 */
public final class Server implements AutoCloseable {

  /**
   * C1 and the serial collector: what {@code mvn spring-boot:run} and the tests use. The code cache
   * that C1 alone would get is full after a minute of many clients, and nothing is compiled then.
   */
  public static final List<String> DEVELOPMENT =
      List.of("-XX:TieredStopAtLevel=1", "-XX:ReservedCodeCacheSize=256m", "-XX:+UseSerialGC");

  private static final Duration PATIENCE = Duration.ofMinutes(6);
  private static final int CLOCK_TICKS_PER_SECOND = 100;

  private final Process process;
  private final URI address;
  private final double wallSeconds;
  private final double cpuSeconds;

  private Server(Process process, URI address, double wallSeconds, double cpuSeconds) {
    this.process = process;
    this.address = address;
    this.wallSeconds = wallSeconds;
    this.cpuSeconds = cpuSeconds;
  }

  /**
   * Starts one and waits until it is ready.
   *
   * <p>Its class path is the system property {@code bench.server-class-path}, else that of this JVM
   * without the tests.
   *
   * @param log gets what it prints
   * @param flags of the JVM
   * @param arguments of the server; port and scheduling (off, so that no background job is counted)
   *     are added
   */
  public static Server start(Path log, List<String> flags, List<String> arguments)
      throws IOException, InterruptedException {
    int port = freePort();
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", classPath(), "org.equipoise.EquipoiseServer"));
    command.addAll(List.of("--server.port=" + port, "--equipoise.scheduling=false"));
    command.addAll(arguments);
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    // Also where the bench itself is stopped half-way.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    URI address = URI.create("http://localhost:" + port);
    try {
      waitUntilReady(process, address, log);
    } catch (IOException | InterruptedException | RuntimeException e) {
      process.destroyForcibly();
      throw e;
    }
    return new Server(process, address, (System.nanoTime() - start) / 1e9, cpuSeconds(process));
  }

  private static String classPath() {
    return System.getProperty(
        "bench.server-class-path",
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> !entry.replaceFirst("[/\\\\]$", "").endsWith("test-classes"))
            .collect(Collectors.joining(File.pathSeparator)));
  }

  private static void waitUntilReady(Process process, URI address, Path log)
      throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest probe =
        HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
            .timeout(Duration.ofSeconds(10))
            .build();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            "The server ended with " + process.exitValue() + "; see " + log);
      }
      try {
        if (http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200) {
          return;
        }
      } catch (IOException e) {
        // Nobody listens yet.
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new IllegalStateException("The server was not ready within " + PATIENCE + "; see " + log);
  }

  /**
   * A port of loopback on which nobody listens, below those that systems give to connections: no
   * connection takes it while the server that will listen there starts.
   */
  public static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(16_384, 32_768);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // Somebody listens there.
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public URI address() {
    return address;
  }

  /** From the start to the first answer that it is ready. */
  double wallSeconds() {
    return wallSeconds;
  }

  /** Processor time of all its threads until then. */
  double cpuSeconds() {
    return cpuSeconds;
  }

  private static double cpuSeconds(Process process) throws IOException {
    String stat = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12]))
        / (double) CLOCK_TICKS_PER_SECOND;
  }

  /** Resident memory now. */
  double residentMiB() throws IOException {
    return memory("VmRSS:");
  }

  /** The most resident memory so far. */
  double mostResidentMiB() throws IOException {
    return memory("VmHWM:");
  }

  private double memory(String field) throws IOException {
    try (Stream<String> lines =
        Files.lines(Path.of("/proc", String.valueOf(process.pid()), "status"))) {
      return lines
              .filter(line -> line.startsWith(field))
              .map(line -> line.replaceAll("\\D", ""))
              .mapToLong(Long::parseLong)
              .findFirst()
              .orElseThrow()
          / 1024.0;
    }
  }

  /** Ends it at once, wherever it is: {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Asks it to end, and makes it end where it does not. */
  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(40, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }
}
