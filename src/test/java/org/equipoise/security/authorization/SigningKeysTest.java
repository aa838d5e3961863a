package org.equipoise.security.authorization;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

class SigningKeysTest {

  private static final Duration ROTATION = Duration.ofDays(90);

  private final JdbcTemplate jdbc = database();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private SigningKeys keys;

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          return now;
        }
      };

  private static JdbcTemplate database() {
    JdbcDataSource source = new JdbcDataSource();
    source.setURL("jdbc:h2:mem:keys-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1");
    JdbcTemplate jdbc = new JdbcTemplate(source);
    jdbc.execute(
        "create table eqp_signing_key (kid varchar(64) not null primary key, jwk text not null,"
            + " signs_from timestamp not null)");
    return jdbc;
  }

  @BeforeEach
  void start() {
    keys = new SigningKeys(jdbc, ROTATION, clock);
  }

  private List<JWK> published() {
    return keys.get(new JWKSelector(new JWKMatcher.Builder().build()), null);
  }

  private String signing() throws Exception {
    List<JWK> one =
        keys.signing()
            .get(
                new JWKSelector(new JWKMatcher.Builder().algorithm(JWSAlgorithm.RS256).build()),
                null);
    assertThat(one).hasSize(1);
    return one.get(0).getKeyID();
  }

  @Test
  void rotate_whenKeyIsYoung_thenNothingChanges() throws Exception {
    String first = signing();
    now = now.plus(ROTATION.minusDays(1));
    keys.rotate();

    assertThat(signing()).isEqualTo(first);
    assertThat(published()).hasSize(1);
  }

  @Test
  void rotate_whenKeyIsOld_thenNextIsPublishedADayBeforeItSignsAndTheOldADayLonger()
      throws Exception {
    String first = signing();
    now = now.plus(ROTATION).plusSeconds(1);
    keys.rotate();
    assertThat(published()).hasSize(2);
    assertThat(signing()).isEqualTo(first);

    now = now.plus(SigningKeys.OVERLAP).plusSeconds(1);
    keys.rotate();
    assertThat(signing()).isNotEqualTo(first);
    assertThat(published()).extracting(JWK::getKeyID).contains(first);

    now = now.plus(SigningKeys.OVERLAP).plusSeconds(1);
    keys.rotate();
    assertThat(published()).extracting(JWK::getKeyID).doesNotContain(first).hasSize(1);
  }

  @Test
  void rotate_whenTwoNodesDoItAtOnce_thenOneNewKey() {
    SigningKeys otherNode = new SigningKeys(jdbc, ROTATION, clock);
    now = now.plus(ROTATION).plusSeconds(1);
    keys.rotate();
    otherNode.rotate();

    assertThat(keys.list()).hasSize(2);
  }

  @Test
  void withdraw_whenItSigns_thenAnotherSignsAtOnceAndItIsNotPublished() throws Exception {
    String first = signing();

    assertThat(keys.withdraw(first)).isTrue();

    assertThat(signing()).isNotEqualTo(first);
    assertThat(published()).extracting(JWK::getKeyID).doesNotContain(first);
    assertThat(keys.withdraw("nobody's")).isFalse();
  }

  @Test
  void start_whenAnotherNodeWasFirst_thenItsKeyIsTaken() throws Exception {
    assertThat(new SigningKeys(jdbc, ROTATION, clock).list().get(0).kid()).isEqualTo(signing());
  }
}
