package org.equipoise.security.traffic;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/**
 * A token bucket for each caller: it holds a minute's worth and refills evenly. Callers are
 * forgotten when their bucket would be full again, and beyond {@code most} the least recent and
 * least frequent ones are, so that no number of addresses fills the memory.
 */
final class Buckets {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  private final Cache<String, Bucket> buckets;
  private final TimeMeter time;

  Buckets(int most, TimeMeter time) {
    this.time = time;
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(most)
            .expireAfterAccess(PERIOD.plusSeconds(1))
            .ticker(time::currentTimeNanos)
            .build();
  }

  /** The caller's bucket. */
  Bucket of(String caller, long perMinute) {
    return buckets.get(
        caller,
        key ->
            Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(limit -> limit.capacity(perMinute).refillGreedy(perMinute, PERIOD))
                .build());
  }

  /** The caller's bucket, where it has one already. */
  Optional<Bucket> known(String caller) {
    return Optional.ofNullable(buckets.getIfPresent(caller));
  }

  /** How many callers are remembered, after forgetting is done. */
  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }
}
