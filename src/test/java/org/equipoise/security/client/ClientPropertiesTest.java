package org.equipoise.security.client;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.validation.ConstraintViolation;
import jakarta.validation.Validation;
import jakarta.validation.Validator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientPropertiesTest {

  private final Validator validator = Validation.buildDefaultValidatorFactory().getValidator();

  @ParameterizedTest
  @ValueSource(
      strings = {"the-plain-secret", "$2y$10$abc", "{noop}the-plain-secret", "{bcrypt}", ""})
  void validate_whenSecretIsNotHashed_thenRefusedWithoutRepeatingIt(String secretHash) {
    Set<ConstraintViolation<ClientProperties>> violations = violations(secretHash);

    assertThat(violations)
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.getMessage())
                  .startsWith("secret-hash needs its algorithm in front");
              assertThat(violation.getInvalidValue()).isEqualTo(false);
            });
  }

  @Test
  void validate_whenHashNamesItsAlgorithm_thenAccepted() {
    assertThat(violations("{bcrypt}$2y$10$wiAIqvPZqeb7UTVwfEoIDuskH.PCo4Ov.b.1lM.TI75bfms7YQtFS"))
        .isEmpty();
  }

  private Set<ConstraintViolation<ClientProperties>> violations(String secretHash) {
    return validator.validate(
        new ClientProperties(
            List.of(
                new ClientProperties.Client(
                    "scribe", secretHash, null, List.of("system/*.cruds"), null, null))));
  }
}
