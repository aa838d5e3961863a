package org.equipoise.fhir;

import java.util.List;

/**
 * The rules that keep a patient's choice about AI free, for whoever lists them; implemented by
 * {@code consent}.
 */
public interface ConsentGuardrails {

  /**
   * Every rule, the bright lines first.
   *
   * @param language BCP-47 tag of the words; English where we do not speak it
   */
  List<Listed> list(String language);

  /**
   * One rule, in words for patients.
   *
   * @param code a code of {@code consent-guardrail}
   * @param brightLine true where it is a use of AI that no consent can allow
   * @param title its name
   * @param reason why it is there, whole sentences
   * @param on whether it is on in this house
   * @param setting how it is set here, whole sentences
   */
  record Listed(
      String code, boolean brightLine, String title, String reason, boolean on, String setting) {}
}
