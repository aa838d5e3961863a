package org.equipoise.security.user;

import java.time.Duration;

/**
 * How long a name or an address must wait after wrong passwords. The wait grows and always ends, so
 * that nobody can shut somebody else out for good (NIST SP 800-63B, section 5.2.2).
 *
 * @param free how many failures cost nothing
 * @param first the wait after the next one; each further one doubles it
 * @param longest where the wait stops to grow
 */
record LockOut(int free, Duration first, Duration longest) {

  /** Of a username: a person mistypes a few times. */
  static final LockOut OF_NAME = new LockOut(4, Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** Of an address: a whole clinic may stand behind one. */
  static final LockOut OF_ADDRESS = new LockOut(49, Duration.ofSeconds(30), Duration.ofMinutes(15));

  /** Failures that lie back longer than this count no more. */
  static final Duration MEMORY = Duration.ofHours(24);

  /** The wait after so many failures in a row; zero for none. */
  Duration after(int failures) {
    if (failures <= free) {
      return Duration.ZERO;
    }
    // Beyond 20 doublings every wait is the longest.
    Duration wait = first.multipliedBy(1L << Math.min(failures - free - 1, 20));
    return wait.compareTo(longest) > 0 ? longest : wait;
  }
}
