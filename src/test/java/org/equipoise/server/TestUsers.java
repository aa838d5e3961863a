package org.equipoise.server;

import java.util.List;
import org.equipoise.security.user.UserAccount;
import org.equipoise.security.user.UserAccounts;
import org.hl7.fhir.r4.model.IdType;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** People of {@link TestRecords#household()} who can log in. */
final class TestUsers {

  static final String PASSWORD = "a password for tests";
  static final String ANNA = "anna";
  static final String BEN = "ben";
  static final String BROTHER = "annas-brother";
  static final String CLINICIAN = "dana";

  // The least work factor: what is tested is not bcrypt.
  private static final String HASH = "{bcrypt}" + new BCryptPasswordEncoder(4).encode(PASSWORD);

  private TestUsers() {}

  /** Makes them, where they are not there yet. */
  static void create(ServerTest test) {
    create(test, ANNA, "Patient/anna");
    create(test, BEN, "Patient/ben");
    create(test, BROTHER, "RelatedPerson/annas-brother");
    create(test, CLINICIAN, "Practitioner/demo-practitioner");
  }

  /** Makes a user who may act as these persons; their own comes first. */
  static void create(ServerTest test, String username, String... persons) {
    UserAccounts accounts = test.bean(UserAccounts.class);
    if (accounts.named(username).isEmpty()) {
      UserAccount user =
          accounts.create(
              username, username, null, List.of(persons).stream().map(IdType::new).toList(), null);
      test.jdbc.update("update eqp_user set password_hash = ? where id = ?", HASH, user.id());
    }
  }
}
