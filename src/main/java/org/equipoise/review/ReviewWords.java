package org.equipoise.review;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.ResourceBundle.Control;
import org.equipoise.fhir.StateWords;
import org.hl7.fhir.r4.model.DocumentReference;

/** What a review says to people, in the language of the document: English or Spanish. */
record ReviewWords(Locale locale) {

  static ReviewWords of(DocumentReference document) {
    return new ReviewWords(StateWords.languageOf(document));
  }

  String say(String key, Object... details) {
    ResourceBundle words =
        ResourceBundle.getBundle(
            "review.messages", locale, Control.getNoFallbackControl(Control.FORMAT_PROPERTIES));
    return new MessageFormat(words.getString(key), locale).format(details);
  }
}
