package org.equipoise.contribution;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.fhir.ucum.UcumEssenceService;
import org.fhir.ucum.UcumException;
import org.fhir.ucum.UcumService;

/** Whether a unit is one of UCUM, by the library that comes with the validator. */
final class Ucum {

  private static final UcumService SERVICE = service();

  /** Units repeat; other people's inventions must not fill the memory. */
  private static final int MOST_KNOWN = 1_000;

  private static final int LONGEST = 100;

  private static final Map<String, Boolean> KNOWN = new ConcurrentHashMap<>();

  private Ucum() {}

  /** Whether {@code code} is a valid unit, e.g. {@code mm[Hg]}. */
  static boolean isUnit(String code) {
    if (code == null || code.isBlank() || code.length() > LONGEST) {
      return false;
    }
    Boolean known = KNOWN.get(code);
    if (known == null) {
      known = SERVICE.validate(code) == null;
      if (KNOWN.size() < MOST_KNOWN) {
        KNOWN.put(code, known);
      }
    }
    return known;
  }

  private static UcumService service() {
    try (InputStream units = UcumEssenceService.class.getResourceAsStream("/ucum-essence.xml")) {
      return new UcumEssenceService(units);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UcumException e) {
      throw new IllegalStateException("The library's own units do not parse", e);
    }
  }
}
