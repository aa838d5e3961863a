package org.equipoise.security.access;

import jakarta.validation.constraints.AssertTrue;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Who sees whose record ({@code equipoise.access.*}); see {@code docs/access.md}.
 *
 * @param clinicians whose records clinicians open
 * @param encounterCountsFor how long after its end an Encounter still lets its participants open
 *     the record
 * @param breakGlassLasts how long a record stays open to a clinician who broke the glass
 * @param rebuildCareRelation read all Encounters, CareTeams, Patients and PractitionerRoles at
 *     start to find out anew who cares for whom; else only where nothing is known yet
 */
@Validated
@ConfigurationProperties("equipoise.access")
public record AccessProperties(
    @DefaultValue("care-relation") @NotNull Clinicians clinicians,
    @DefaultValue("90d") @NotNull Duration encounterCountsFor,
    @DefaultValue("4h") @NotNull Duration breakGlassLasts,
    @DefaultValue("false") boolean rebuildCareRelation) {

  /** Whose records clinicians open. */
  public enum Clinicians {
    /** Those of the patients whom they care for. */
    CARE_RELATION,
    /** Everybody's. */
    ORGANISATION
  }

  @AssertTrue(message = "encounter-counts-for must not be negative")
  boolean isEncounterCountsForValid() {
    return encounterCountsFor == null || !encounterCountsFor.isNegative();
  }

  @AssertTrue(message = "break-glass-lasts must be between one minute and seven days")
  boolean isBreakGlassLastsValid() {
    return breakGlassLasts == null
        || (breakGlassLasts.compareTo(Duration.ofMinutes(1)) >= 0
            && breakGlassLasts.compareTo(Duration.ofDays(7)) <= 0);
  }
}
