package org.equipoise.wearable;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import javax.xml.stream.util.StreamReaderDelegate;
import org.equipoise.fhir.Canonical;
import org.hl7.fhir.r4.model.CodeableConcept;
import org.hl7.fhir.r4.model.Coding;
import org.hl7.fhir.r4.model.Observation;
import org.hl7.fhir.r4.model.Observation.ObservationStatus;
import org.hl7.fhir.r4.model.OperationOutcome.IssueType;

/**
 * The export of Apple Health ({@code export.xml}): its {@code Record} elements. What correlations
 * hold stands in the file a second time as records, so they are passed over; the halves of a blood
 * pressure find each other by their time. A type that is not mapped is refused, and counted.
 */
final class AppleHealth implements RecordReader {

  private static final String QUANTITY = "HKQuantityTypeIdentifier";
  private static final String SLEEP = "HKCategoryTypeIdentifierSleepAnalysis";

  private static final Map<String, List<Measure>> QUANTITIES =
      Map.ofEntries(
          Map.entry("HeartRate", List.of(Measure.HEART_RATE)),
          Map.entry("RestingHeartRate", List.of(Measure.RESTING_HEART_RATE)),
          Map.entry("RespiratoryRate", List.of(Measure.RESPIRATORY_RATE)),
          Map.entry("OxygenSaturation", List.of(Measure.OXYGEN_SATURATION)),
          Map.entry("HeartRateVariabilitySDNN", List.of(Measure.HEART_RATE_VARIABILITY)),
          Map.entry("BloodGlucose", List.of(Measure.GLUCOSE_MASS, Measure.GLUCOSE_MOLES)),
          Map.entry("StepCount", List.of(Measure.STEPS)),
          Map.entry("ActiveEnergyBurned", List.of(Measure.ENERGY)),
          Map.entry("DistanceWalkingRunning", List.of(Measure.DISTANCE)),
          Map.entry("BodyMass", List.of(Measure.BODY_WEIGHT)),
          Map.entry("Height", List.of(Measure.BODY_HEIGHT)),
          Map.entry("BodyMassIndex", List.of(Measure.BODY_MASS_INDEX)),
          Map.entry("BodyTemperature", List.of(Measure.BODY_TEMPERATURE)),
          Map.entry("BloodPressureSystolic", List.of(Measure.SYSTOLIC)),
          Map.entry("BloodPressureDiastolic", List.of(Measure.DIASTOLIC)));

  private static final Map<String, Measure> SLEEPS =
      Map.of(
          "HKCategoryValueSleepAnalysisAsleep", Measure.SLEEP,
          "HKCategoryValueSleepAnalysisAsleepUnspecified", Measure.SLEEP,
          "HKCategoryValueSleepAnalysisAsleepCore", Measure.SLEEP_LIGHT,
          "HKCategoryValueSleepAnalysisAsleepDeep", Measure.SLEEP_DEEP,
          "HKCategoryValueSleepAnalysisAsleepREM", Measure.SLEEP_REM);

  /** Of the person and the file, no records. */
  private static final Set<String> ABOUT_THE_FILE = Set.of("ExportDate", "Me");

  private static final Pattern TIME =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2}) (\\d{2}:\\d{2}:\\d{2}) ?([+-]\\d{2}):?(\\d{2})");
  private static final Pattern LOCAL_TIME =
      Pattern.compile("(\\d{4}-\\d{2}-\\d{2}) (\\d{2}:\\d{2}:\\d{2})");

  /** {@code <<HKDevice: 0x28>, name:Apple Watch, model:Watch, hardware:Watch6,2, ...>}. */
  private static final Pattern DEVICE_PART =
      Pattern.compile(
          ", (name|manufacturer|model|hardware|firmware|software|localIdentifier|UDIDeviceIdentifier"
              + "|creation date):");

  private static final int LONGEST_DEVICE = 1_000;

  private static final String NO_EXPORT =
      "From here on the file is deeper, or of more names, than any export: what came before was taken";

  @Override
  public void read(InputStream file, long skip, Sink sink) throws IOException, Unreadable {
    long number = 0;
    try {
      Markup.Metered metered = Markup.withoutDocumentType(file);
      XMLStreamReader xml = new Bounded(factory().createXMLStreamReader(metered, "UTF-8"), metered);
      if (!toNextElement(xml) || !xml.getLocalName().equals("HealthData")) {
        throw new Unreadable(
            1, IssueType.STRUCTURE, "This is no export of Apple Health: it has no HealthData");
      }
      while (toNextElement(xml)) {
        String name = xml.getLocalName();
        if (ABOUT_THE_FILE.contains(name)) {
          skipElement(xml);
          continue;
        }
        number++;
        Reading reading = null;
        if (name.equals("Record")) {
          reading = record(xml);
        } else {
          skipElement(xml);
          if (!name.equals("Correlation")) {
            reading =
                new Reading.Refused(
                    IssueType.NOTSUPPORTED,
                    "'" + Words.quoted(name) + "' is not taken",
                    "element " + Words.quoted(name));
          }
        }
        if (reading != null && number > skip) {
          sink.accept(number, reading);
        }
      }
    } catch (XMLStreamException | RuntimeException e) {
      if (e instanceof RuntimeException failure && !isOfParser(failure)) {
        throw failure;
      }
      throw unreadable(number + 1, e);
    } catch (Markup.TooLong e) {
      throw new Unreadable(
          number + 1, IssueType.TOOLONG, "From here on the file holds a tag longer than 1 MiB");
    }
  }

  /** The parser of the JDK reports some malformed files by its own unchecked exceptions. */
  private static boolean isOfParser(RuntimeException e) {
    return e.getStackTrace().length > 0
        && e.getStackTrace()[0].getClassName().startsWith("com.sun.org.apache.xerces");
  }

  private static Unreadable unreadable(long record, Exception e) {
    for (Throwable cause = e; cause != null; cause = nested(cause)) {
      if (cause instanceof Markup.TooLong) {
        return new Unreadable(
            record, IssueType.TOOLONG, "From here on the file holds a tag longer than 1 MiB");
      }
    }
    if (NO_EXPORT.equals(e.getMessage())) {
      return new Unreadable(record, IssueType.NOTSUPPORTED, NO_EXPORT);
    }
    String message = String.valueOf(e.getMessage());
    return message.contains("XML document structures must start and end")
            || message.contains("Unexpected end")
            || message.contains("Premature end")
        ? new Unreadable(
            record, IssueType.INCOMPLETE, "The file ends in the middle: what came before was taken")
        : new Unreadable(
            record,
            IssueType.STRUCTURE,
            "From here on the file is no XML: what came before was taken");
  }

  private static Throwable nested(Throwable e) {
    return e instanceof XMLStreamException stream && stream.getNestedException() != null
        ? stream.getNestedException()
        : e.getCause();
  }

  private static XMLInputFactory factory() {
    // The JDK's own, whatever else is on the class path.
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    // A prefix is then a part of a name, and no address has to be remembered.
    factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    return factory;
  }

  /**
   * A parser that is held to what an export needs: it remembers every name that it meets, and every
   * element that is open.
   */
  private static final class Bounded extends StreamReaderDelegate {

    private static final int MOST_NAMES = 500;
    private static final int DEEPEST = 32;

    private final Markup.Metered metered;
    private final Set<String> names = new HashSet<>();
    private int depth;

    Bounded(XMLStreamReader xml, Markup.Metered metered) {
      super(xml);
      this.metered = metered;
    }

    @Override
    public int next() throws XMLStreamException {
      int event = super.next();
      metered.told();
      switch (event) {
        case START_ELEMENT -> {
          depth++;
          names.add(getLocalName());
          for (int i = 0; i < getAttributeCount(); i++) {
            names.add(getAttributeLocalName(i));
          }
        }
        case END_ELEMENT -> depth--;
        case PROCESSING_INSTRUCTION -> names.add("?" + getPITarget());
        case ENTITY_REFERENCE -> throw new XMLStreamException("An entity that nobody declared");
        default -> {
          // Nothing to remember.
        }
      }
      if (depth > DEEPEST || names.size() > MOST_NAMES) {
        throw new XMLStreamException(NO_EXPORT);
      }
      return event;
    }
  }

  /** To the start of the next element below the one that is open; false at its end. */
  private static boolean toNextElement(XMLStreamReader xml) throws XMLStreamException {
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        return true;
      }
      if (event == XMLStreamConstants.END_ELEMENT || event == XMLStreamConstants.END_DOCUMENT) {
        return false;
      }
    }
    return false;
  }

  private static void skipElement(XMLStreamReader xml) throws XMLStreamException {
    int depth = 1;
    while (depth > 0) {
      int event = xml.next();
      depth +=
          event == XMLStreamConstants.START_ELEMENT
              ? 1
              : event == XMLStreamConstants.END_ELEMENT ? -1 : 0;
    }
  }

  private static Reading record(XMLStreamReader xml) throws XMLStreamException {
    String type = attribute(xml, "type");
    String unit = attribute(xml, "unit");
    String value = attribute(xml, "value");
    String start = attribute(xml, "startDate");
    String end = attribute(xml, "endDate");
    String sourceName = attribute(xml, "sourceName");
    String device = attribute(xml, "device");
    boolean typed = false;
    while (toNextElement(xml)) {
      typed |=
          "HKWasUserEntered".equals(attribute(xml, "key")) && "1".equals(attribute(xml, "value"));
      skipElement(xml);
    }
    if (type == null) {
      return new Reading.Refused(IssueType.REQUIRED, "The record has no type");
    }
    boolean isSleep = type.equals(SLEEP);
    List<Measure> measures =
        type.startsWith(QUANTITY) ? QUANTITIES.get(type.substring(QUANTITY.length())) : null;
    if (!isSleep && measures == null) {
      return notMapped(type);
    }
    try {
      When when = When.of(iso(start), iso(end));
      Source source = typed ? Source.UNKNOWN : source(device, sourceName);
      return isSleep
          ? sleep(value, when, source)
          : quantity(type, measures, unit, value, when, source);
    } catch (When.Unusable e) {
      return new Reading.Refused(IssueType.VALUE, e.getMessage());
    } catch (ArithmeticException | DateTimeException e) {
      return new Reading.Refused(IssueType.VALUE, "Its time is out of all bounds");
    }
  }

  private static String attribute(XMLStreamReader xml, String name) {
    return xml.getAttributeValue(null, name);
  }

  private static Reading notMapped(String type) {
    return new Reading.Refused(
        IssueType.NOTSUPPORTED,
        "The type " + Words.quoted(type) + " is not one that this takes",
        "type " + Words.quoted(type));
  }

  private static Reading quantity(
      String type, List<Measure> measures, String unit, String value, When when, Source source) {
    Optional<BigDecimal> number = Numbers.parse(value);
    if (number.isEmpty()) {
      return new Reading.Refused(
          IssueType.VALUE, "Its value '" + Words.quoted(String.valueOf(value)) + "' is no number");
    }
    Optional<Units.Amount> amount = Units.amount(measures, unit, number.get());
    if (amount.isEmpty()) {
      return new Reading.Refused(
          IssueType.CODEINVALID,
          "'"
              + Words.quoted(String.valueOf(unit))
              + "' is no unit of "
              + type
              + ", which comes in "
              + measures.get(0).unitNames());
    }
    Measure measure = amount.get().measure();
    String ucum = amount.get().unit();
    // Apple writes 0.98 where it says 98 %.
    BigDecimal exact =
        measure == Measure.OXYGEN_SATURATION
            ? amount.get().value().movePointRight(2)
            : amount.get().value();
    return switch (measure) {
      case SYSTOLIC, DIASTOLIC -> half(measure, ucum, exact, when, source);
      default -> new Reading.Value(measure, ucum, when, exact, source);
    };
  }

  /** Two of one time become one Observation when they are written. */
  private static Reading half(
      Measure measure, String unit, BigDecimal value, When when, Source source) {
    Observation observation = new Observation();
    observation
        .setStatus(ObservationStatus.FINAL)
        .addCategory(measure.categoryConcept())
        .setCode(
            new CodeableConcept()
                .addCoding(
                    new Coding(
                        Canonical.System.LOINC,
                        "85354-9",
                        "Blood pressure panel with all children optional"))
                .setText("Blood pressure"));
    when.into(observation);
    observation.addComponent().setCode(measure.concept()).setValue(DaySeries.quantity(value, unit));
    return new Reading.Whole(observation, source);
  }

  private static Reading sleep(String value, When when, Source source) {
    Measure measure = SLEEPS.get(value);
    if (measure == null) {
      return notMapped(value == null ? SLEEP : value);
    }
    Duration length =
        when.end() == null ? Duration.ZERO : Duration.between(when.start(), when.end());
    return new Reading.Value(measure, "s", when, BigDecimal.valueOf(length.toSeconds()), source);
  }

  private static String iso(String time) {
    if (time == null) {
      return null;
    }
    Matcher zoned = TIME.matcher(time);
    if (zoned.matches()) {
      return zoned.group(1) + "T" + zoned.group(2) + zoned.group(3) + ":" + zoned.group(4);
    }
    Matcher local = LOCAL_TIME.matcher(time);
    return local.matches() ? local.group(1) + "T" + local.group(2) : time;
  }

  private static Source source(String device, String sourceName) {
    if (device == null || device.length() > LONGEST_DEVICE) {
      return sourceName == null ? Source.UNKNOWN : Source.of(Source.Description.named(sourceName));
    }
    String name = part(device, "name");
    return Source.of(
        new Source.Description(
            name == null ? sourceName : name,
            part(device, "manufacturer"),
            part(device, "model"),
            part(device, "hardware"),
            null,
            null));
  }

  private static String part(String device, String key) {
    Matcher parts = DEVICE_PART.matcher(device);
    while (parts.find()) {
      if (parts.group(1).equals(key)) {
        int from = parts.end();
        String rest = device.substring(from);
        Matcher next = DEVICE_PART.matcher(rest);
        String found = next.find() ? rest.substring(0, next.start()) : rest;
        return found.endsWith(">") ? found.substring(0, found.length() - 1) : found;
      }
    }
    return null;
  }
}
