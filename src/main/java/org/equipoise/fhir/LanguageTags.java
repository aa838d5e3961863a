package org.equipoise.fhir;

import ca.uhn.fhir.context.FhirContext;
import ca.uhn.fhir.context.support.ConceptValidationOptions;
import ca.uhn.fhir.context.support.ValidationSupportContext;
import java.util.IllformedLocaleException;
import java.util.Locale;
import org.hl7.fhir.common.hapi.validation.support.CommonCodeSystemsTerminologyService;

/**
 * Code systems that are lists outside FHIR (languages, currencies, units), with languages judged as
 * R4 means it: the value set {@code languages} is preferred, what is allowed at most is {@code
 * all-languages}, and a tag is judged by its language and region. HAPI's service refuses Catalan
 * because it is not preferred, and {@code zh-Hans} because it takes the script for a region.
 */
final class LanguageTags extends CommonCodeSystemsTerminologyService {

  LanguageTags(FhirContext context) {
    super(context);
  }

  @Override
  public CodeValidationResult validateCode(
      ValidationSupportContext context,
      ConceptValidationOptions options,
      String system,
      String code,
      String display,
      String valueSet) {
    if (code == null || !isAboutLanguages(system, valueSet)) {
      return super.validateCode(context, options, system, code, display, valueSet);
    }
    CodeValidationResult judged =
        super.validateCode(
            context, options, null, judged(code), display, ALL_LANGUAGES_VALUESET_URL);
    return judged.isOk()
        ? getValidateCodeResultOk(code, judged.getDisplay())
        : getValidateCodeResultError("There is no language with the tag '" + code + "' (BCP 47)");
  }

  private static boolean isAboutLanguages(String system, String valueSet) {
    return valueSet == null || valueSet.isEmpty()
        ? LANGUAGES_CODESYSTEM_URL.equals(system)
        : LANGUAGES_VALUESET_URL.equals(valueSet) || ALL_LANGUAGES_VALUESET_URL.equals(valueSet);
  }

  /**
   * Language and region of a BCP 47 tag; the tag itself where it is malformed, which then is not
   * found.
   */
  private static String judged(String tag) {
    try {
      Locale locale = new Locale.Builder().setLanguageTag(tag).build();
      return locale.getCountry().isEmpty()
          ? locale.getLanguage()
          : locale.getLanguage() + "-" + locale.getCountry();
    } catch (IllformedLocaleException e) {
      return tag;
    }
  }
}
