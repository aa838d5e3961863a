package org.equipoise.contribution;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.DateTimeType;
import org.hl7.fhir.r4.model.DomainResource;
import org.hl7.fhir.r4.model.Extension;
import org.hl7.fhir.r4.model.Reference;
import org.hl7.fhir.r4.model.StringType;
import org.hl7.fhir.r4.model.Type;

/** Whether somebody looked at a contribution (extension acknowledgement). */
final class Acknowledgement {

  /** What became of it, a code of {@code ack-status}. */
  enum Status {
    PENDING("pending"),
    SEEN("seen"),
    USED_IN_CARE("used-in-care"),
    NOT_USABLE("not-usable");

    private final String code;

    Status(String code) {
      this.code = code;
    }

    String code() {
      return code;
    }

    static Optional<Status> of(String code) {
      return Arrays.stream(values()).filter(one -> one.code.equals(code)).findFirst();
    }

    /**
     * What it can become by a clinician's word. Nobody makes it unseen; who said that they use it
     * may find that it is not usable, and the other way round.
     */
    Set<Status> next() {
      return switch (this) {
        case PENDING -> EnumSet.of(SEEN, USED_IN_CARE, NOT_USABLE);
        case SEEN -> EnumSet.of(USED_IN_CARE, NOT_USABLE);
        case USED_IN_CARE -> EnumSet.of(NOT_USABLE);
        case NOT_USABLE -> EnumSet.of(USED_IN_CARE);
      };
    }
  }

  private Acknowledgement() {}

  /** What became of it; empty where it never waited. */
  static Optional<Status> statusOf(DomainResource contribution) {
    return extension(contribution)
        .map(one -> one.getExtensionByUrl("status"))
        .map(Extension::getValue)
        .filter(CodeableConcept.class::isInstance)
        .flatMap(
            concept ->
                ((CodeableConcept) concept)
                    .getCoding().stream()
                        .filter(code -> Canonical.System.ACK_STATUS.equals(code.getSystem()))
                        .findFirst())
        .map(Coding::getCode)
        .flatMap(Status::of);
  }

  /** It waits, from now on. */
  static void await(DomainResource contribution, Instant now) {
    set(contribution, List.of(part("status", concept(Status.PENDING)), part("since", time(now))));
  }

  /** Somebody looked. Since when it waited stays. */
  static void look(
      DomainResource contribution,
      Status status,
      Reference by,
      Optional<String> note,
      Instant now) {
    Type since =
        extension(contribution)
            .map(one -> one.getExtensionByUrl("since"))
            .map(Extension::getValue)
            .orElseGet(() -> time(now));
    List<Extension> parts =
        new ArrayList<>(
            List.of(
                part("status", concept(status)),
                part("since", since.copy()),
                part("by", by),
                part("when", time(now))));
    note.ifPresent(words -> parts.add(part("note", new StringType(words))));
    set(contribution, parts);
  }

  /** What another version says of it replaces what is said here. */
  static void keep(DomainResource contribution, DomainResource stored) {
    contribution
        .getExtension()
        .removeIf(one -> Canonical.Extension.ACKNOWLEDGEMENT.equals(one.getUrl()));
    extension(stored).ifPresent(one -> contribution.addExtension(one.copy()));
  }

  private static void set(DomainResource contribution, List<Extension> parts) {
    contribution
        .getExtension()
        .removeIf(one -> Canonical.Extension.ACKNOWLEDGEMENT.equals(one.getUrl()));
    Extension all = new Extension(Canonical.Extension.ACKNOWLEDGEMENT);
    parts.forEach(all::addExtension);
    contribution.addExtension(all);
  }

  private static Optional<Extension> extension(DomainResource contribution) {
    return contribution.getExtensionsByUrl(Canonical.Extension.ACKNOWLEDGEMENT).stream()
        .findFirst();
  }

  private static Extension part(String url, Type value) {
    return new Extension(url, value);
  }

  private static CodeableConcept concept(Status status) {
    return new CodeableConcept(
        new Coding().setSystem(Canonical.System.ACK_STATUS).setCode(status.code()));
  }

  static DateTimeType time(Instant now) {
    DateTimeType time = new DateTimeType(Date.from(now));
    time.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
    return time;
  }
}
