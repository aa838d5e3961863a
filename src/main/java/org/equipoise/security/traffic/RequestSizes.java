package org.equipoise.security.traffic;

import jakarta.validation.constraints.AssertTrue;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;
import org.springframework.validation.annotation.Validated;

/**
 * How large a request body may be.
 *
 * @param maxBody of a FHIR request, decompressed
 * @param maxForm of any other: a form or a JSON document
 */
@Validated
@ConfigurationProperties("equipoise")
public record RequestSizes(
    @DefaultValue("16MB") DataSize maxBody, @DefaultValue("64KB") DataSize maxForm) {

  @AssertTrue(message = "max-body must be at least 1MB")
  boolean isMaxBodyUseful() {
    return maxBody.toMegabytes() >= 1;
  }

  /** Tomcat reads forms up to a size that it keeps as an int. */
  @AssertTrue(message = "max-form must be from 4KB to 16MB")
  boolean isMaxFormUseful() {
    return maxForm.toKilobytes() >= 4 && maxForm.toMegabytes() <= 16;
  }
}
