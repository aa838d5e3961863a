package org.equipoise.security.traffic;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Answers 429 with {@code Retry-After} (RFC 6585) to who calls the token, login, authorization or
 * operator doors too often.
 *
 * <p>Each request counts for the address that it comes from. At the token door two more things are
 * counted when the answer is known: a failure for the address, and a success for the client. A
 * client's limit is thus used up by itself alone: nobody can lock it out by calling in its name,
 * nor fill the memory with names.
 */
class RateLimit extends OncePerRequestFilter {

  private final RateLimits limits;
  private final Buckets buckets;

  RateLimit(RateLimits limits, TimeMeter time) {
    this.limits = limits;
    this.buckets = new Buckets(limits.tracked(), time);
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Door door = Door.of(request);
    String address = ClientAddress.of(request.getRemoteAddr());
    switch (door) {
      case TOKEN -> token(address, request, response, chain);
      case AUTHORIZE, LAUNCH ->
          count(door, address, limits.authorizePerAddress(), request, response, chain);
      case LOGIN -> {
        boolean form = request.getServletPath().equals("/login");
        if (form && !HttpMethod.POST.matches(request.getMethod())) {
          chain.doFilter(request, response);
        } else {
          count(door, address, limits.loginPerAddress(), request, response, chain);
        }
      }
      case OPERATOR -> count(door, address, limits.operatorPerAddress(), request, response, chain);
      default -> chain.doFilter(request, response);
    }
  }

  private void count(
      Door door,
      String address,
      long perMinute,
      HttpServletRequest request,
      HttpServletResponse response,
      FilterChain chain)
      throws ServletException, IOException {
    Bucket calls = buckets.of(door + " " + address, perMinute);
    if (calls.tryConsume(1)) {
      chain.doFilter(request, response);
    } else {
      refuse(calls, request, response);
    }
  }

  private void token(
      String address, HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Bucket calls = buckets.of("calls " + address, limits.tokenPerAddress());
    Bucket failures = buckets.of("failures " + address, limits.tokenFailuresPerAddress());
    Optional<String> client = ClaimedClient.of(request).map(id -> "client " + id);
    // An empty bucket is looked at before the full one is drawn from.
    for (Bucket bucket :
        Stream.concat(Stream.of(failures), client.flatMap(buckets::known).stream()).toList()) {
      if (!bucket.estimateAbilityToConsume(1).canBeConsumed()) {
        refuse(bucket, request, response);
        return;
      }
    }
    if (!calls.tryConsume(1)) {
      refuse(calls, request, response);
      return;
    }
    chain.doFilter(request, response);
    switch (response.getStatus()) {
      case HttpServletResponse.SC_OK ->
          client.ifPresent(id -> buckets.of(id, limits.tokenPerClient()).tryConsume(1));
      case HttpServletResponse.SC_BAD_REQUEST, HttpServletResponse.SC_UNAUTHORIZED ->
          failures.tryConsume(1);
      default -> {
        // Neither a proof nor a guess.
      }
    }
  }

  private static void refuse(
      Bucket bucket, HttpServletRequest request, HttpServletResponse response) throws IOException {
    Duration wait = Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    response.setHeader(HttpHeaders.RETRY_AFTER, Long.toString(wait.toSeconds() + 1));
    Answers.write(request, response, 429);
  }
}
