package org.equipoise.security.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How long a name must wait. */
class LockOutTest {

  @Test
  void after_whenFewFailures_thenNoWait() {
    assertThat(LockOut.OF_NAME.after(0)).isZero();
    assertThat(LockOut.OF_NAME.after(4)).isZero();
    assertThat(LockOut.OF_ADDRESS.after(49)).isZero();
  }

  @Test
  void after_whenMore_thenDoublesAndEnds() {
    assertThat(LockOut.OF_NAME.after(5)).isEqualTo(Duration.ofSeconds(30));
    assertThat(LockOut.OF_NAME.after(6)).isEqualTo(Duration.ofMinutes(1));
    assertThat(LockOut.OF_NAME.after(9)).isEqualTo(Duration.ofMinutes(8));
    assertThat(LockOut.OF_NAME.after(10)).isEqualTo(Duration.ofMinutes(15));
    assertThat(LockOut.OF_NAME.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofMinutes(15));
  }
}
