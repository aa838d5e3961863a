package org.equipoise.security.user;

import org.hl7.fhir.r4.model.IdType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Profile;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Makes the people of the {@code demo} profile, loudly. Without the profile nobody has a password
 * that others know.
 */
@Component
@Profile("demo")
@Order(0)
class DemoUsers implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(DemoUsers.class);

  private final UserAccounts accounts;
  private final Passwords passwords;

  DemoUsers(UserAccounts accounts, Passwords passwords) {
    this.accounts = accounts;
    this.passwords = passwords;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    log.warn(
        "****************************************************************************************");
    log.warn(
        "* DEMO: demo-patient, demo-practitioner, demo-representative and demo-privacy-officer   *");
    log.warn(
        "* log in with the known password '{}'. Never keep a real record here.     *",
        DemoUser.PASSWORD);
    log.warn(
        "****************************************************************************************");
    for (DemoUser user : DemoUser.values()) {
      if (accounts.named(user.username()).isEmpty()) {
        UserAccount made =
            accounts.create(
                user.username(),
                user.displayName(),
                null,
                user.persons().stream().map(IdType::new).toList(),
                null);
        accounts.setPrivacyOfficer(made.id(), user == DemoUser.PRIVACY_OFFICER);
        accounts.changePassword(made.id(), passwords.hash(DemoUser.PASSWORD), null);
      }
    }
  }
}
