package org.equipoise.consent.enforcement;

import java.time.Clock;
import org.equipoise.consent.policy.ConsentPolicy;
import org.equipoise.consent.policy.RecordedConsents;
import org.equipoise.fhir.Caller;
import org.equipoise.fhir.ConsentEnforcement;
import org.equipoise.fhir.SecondOpinions;

/** {@link ConsentEnforcement} by what is on record. */
class RecordedEnforcement implements ConsentEnforcement {

  private final RecordedConsents consents;
  private final DeidentifiedConsents deidentified;
  private final ConsentPolicy policy;
  private final AiDocuments documents;
  private final AiContentIndex index;
  private final Employers employers;
  private final SecondOpinions opinions;
  private final Clock clock;

  RecordedEnforcement(
      RecordedConsents consents,
      DeidentifiedConsents deidentified,
      ConsentPolicy policy,
      AiDocuments documents,
      AiContentIndex index,
      Employers employers,
      SecondOpinions opinions,
      Clock clock) {
    this.consents = consents;
    this.deidentified = deidentified;
    this.policy = policy;
    this.documents = documents;
    this.index = index;
    this.employers = employers;
    this.opinions = opinions;
    this.clock = clock;
  }

  @Override
  public Sight sight(Caller caller) {
    return new RecordedSight(
        caller,
        new Decisions(consents, deidentified, policy, clock.instant()),
        documents,
        index,
        employers,
        opinions);
  }
}
