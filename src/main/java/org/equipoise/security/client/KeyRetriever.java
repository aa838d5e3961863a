package org.equipoise.security.client;

import com.nimbusds.jose.util.Resource;
import com.nimbusds.jose.util.ResourceRetriever;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.util.Timeout;

/**
 * Fetches a key set from where {@link KeyHosts} allows, and from nowhere else: the addresses of the
 * host are judged when its name is resolved and the connection goes to these very addresses, so
 * that the name cannot come to mean something else in between; no redirect is followed, and an
 * answer that is too slow or too large is given up.
 */
class KeyRetriever implements ResourceRetriever, AutoCloseable {

  private static final Timeout CONNECT = Timeout.ofSeconds(2);
  private static final Timeout READ = Timeout.ofSeconds(3);

  /** For everything together: a byte now and then would keep a read from ever timing out. */
  private static final Timeout TOGETHER = Timeout.ofSeconds(5);

  private static final int LARGEST = 64 * 1024;

  private final KeyHosts hosts;
  private final SSLContext trust;
  private final ScheduledExecutorService watch =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "client-keys-deadline");
            thread.setDaemon(true);
            return thread;
          });

  KeyRetriever(KeyHosts hosts, SSLContext trust) {
    this.hosts = hosts;
    this.trust = trust;
  }

  @Override
  public Resource retrieveResource(URL url) throws IOException {
    String address = url.toString();
    Optional<String> problem = hosts.problem(address);
    if (problem.isPresent()) {
      throw new IOException("The address of the keys " + problem.get());
    }
    URI uri = URI.create(address);
    HttpGet get = new HttpGet(uri);
    get.setHeader("Accept", "application/jwk-set+json, application/json");
    // A client for each fetch: they are minutes apart, and nothing is shared between hosts.
    try (CloseableHttpClient http = client(KeyHosts.hostAndPort(uri))) {
      ScheduledFuture<?> deadline =
          watch.schedule(get::cancel, TOGETHER.toMilliseconds(), TimeUnit.MILLISECONDS);
      try {
        return http.execute(get, KeyRetriever::read);
      } finally {
        deadline.cancel(false);
      }
    }
  }

  private CloseableHttpClient client(String host) {
    return HttpClients.custom()
        .setConnectionManager(
            PoolingHttpClientConnectionManagerBuilder.create()
                .setDnsResolver(new JudgedAddresses(host))
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                .setDefaultConnectionConfig(
                    ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setSocketTimeout(READ)
                        .build())
                .build())
        .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(READ).build())
        .disableRedirectHandling()
        .disableAutomaticRetries()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .setUserAgent("Equipoise")
        .build();
  }

  private static Resource read(ClassicHttpResponse response) throws IOException {
    if (response.getCode() != HttpStatus.SC_OK || response.getEntity() == null) {
      throw new IOException("The host of the keys answered " + response.getCode());
    }
    byte[] body = response.getEntity().getContent().readNBytes(LARGEST + 1);
    if (body.length > LARGEST) {
      throw new IOException("The keys are more than " + LARGEST + " bytes");
    }
    return new Resource(
        new String(body, StandardCharsets.UTF_8), response.getEntity().getContentType());
  }

  @Override
  public void close() {
    watch.shutdownNow();
  }

  /** Resolves names, and refuses a host that has an address where it must not be. */
  private final class JudgedAddresses implements DnsResolver {

    private final String host;

    JudgedAddresses(String host) {
      this.host = host;
    }

    @Override
    public InetAddress[] resolve(String name) throws UnknownHostException {
      InetAddress[] addresses = InetAddress.getAllByName(name);
      for (InetAddress address : addresses) {
        if (!hosts.isAllowedAt(host, address)) {
          throw new UnknownHostException(
              "The host of the keys has an address that is not public (equipoise.jwks.private-hosts)");
        }
      }
      return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String name) {
      return name;
    }
  }
}
