package org.equipoise.audit.watch;

import ca.uhn.fhir.jpa.api.dao.DaoRegistry;
import ca.uhn.fhir.rest.api.server.SystemRequestDetails;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Date;
import java.util.EnumSet;
import java.util.Set;
import org.equipoise.fhir.Canonical;
import org.equipoise.fhir.UnusualAccessRecords;
import org.hl7.fhir.r4.model.Communication;
import org.hl7.fhir.r4.model.Communication.CommunicationStatus;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;

/**
 * Tells a patient, in their language, that an access to their record is unusual: once for each
 * {@link Matter}. It says when and why, not who: that is in the report of who looked, and whether
 * it was wrong is not known yet. Only rules about this one patient are told of; who opened far more
 * records than usual says more of others. A broken glass is told already when it is broken.
 */
class PatientNotices {

  private static final Set<Rule> TOLD =
      EnumSet.of(
          Rule.NO_CARE_RELATION, Rule.SAME_FAMILY_NAME, Rule.OUT_OF_HOURS, Rule.AI_OUTSIDE_PURPOSE);

  private final DaoRegistry records;
  private final ZoneId zone;

  PatientNotices(DaoRegistry records, ZoneId zone) {
    this.records = records;
    this.zone = zone;
  }

  /** Tells the patient, where there is one to be told. */
  void tell(Matter matter, Instant opened, Names names, Instant now) {
    if (!TOLD.contains(matter.rule())
        || matter.patient().isEmpty()
        || !names.isThere(matter.patient())) {
      return;
    }
    records
        .getResourceDao(Communication.class)
        .create(message(matter, opened, names, now), new SystemRequestDetails());
  }

  private Communication message(Matter matter, Instant opened, Names names, Instant now) {
    WatchWords words = WatchWords.in(names.language(matter.patient()));
    Reference patient = new Reference("Patient/" + matter.patient());
    Communication message = new Communication();
    message.setLanguage(words.language());
    message.setStatus(CommunicationStatus.COMPLETED);
    message
        .addCategory()
        .addCoding()
        .setSystem(Canonical.System.TASK)
        .setCode(UnusualAccessRecords.CODE);
    message
        .addReasonCode()
        .setText(matter.rule().words(words.language()).display())
        .addCoding()
        .setSystem(Canonical.System.UNUSUAL_ACCESS)
        .setCode(matter.rule().code());
    message.setSubject(patient).addRecipient(patient.copy());
    message.setSent(Date.from(now));
    message
        .addPayload()
        .setContent(
            new StringType(
                words.say(
                    "message",
                    DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                        .withLocale(words.locale())
                        .format(opened.atZone(zone)),
                    matter.rule().words(words.language()).definition())));
    return message;
  }
}
