package org.equipoise.review;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.equipoise.fhir.RecordOperation;
import org.equipoise.fhir.WriteRule;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.validation.annotation.Validated;

/** Puts this feature into the server. */
@Configuration(proxyBeanMethods = false)
class ReviewConfiguration {

  /**
   * Settings ({@code equipoise.review.*}).
   *
   * @param wordsPerMinute a review that took less time than reading at this speed is marked as too
   *     fast. Most adults read English non-fiction silently at 175 to 300 words a minute, 238 on
   *     average (M. Brysbaert, Journal of Memory and Language 109, 2019, 104047): by default the
   *     fast end, so that nobody is blamed for reading fast.
   */
  @Validated
  @ConfigurationProperties("equipoise.review")
  record Settings(@DefaultValue("300") @Min(50) @Max(2000) int wordsPerMinute) {}

  @Bean
  DocumentViews documentViews(JdbcTemplate jdbc) {
    return new DocumentViews(jdbc);
  }

  @Bean
  ReviewProvider reviewProvider(RecordOperation operation, DocumentViews views, Settings settings) {
    return new ReviewProvider(operation, new Review(settings.wordsPerMinute()), views);
  }

  @Bean
  WriteRule refusalsOfReplaced() {
    return new RefusalsOfReplaced();
  }
}
