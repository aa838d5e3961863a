package org.equipoise.app;

import java.time.Clock;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The words of the pages, in any language that we speak. */
@Component
class PageWords {

  private final MessageSource messages;
  private final Clock clock;

  PageWords(MessageSource messages, Clock clock) {
    this.messages = messages;
    this.clock = clock;
  }

  Words in(Locale locale) {
    return new Words(messages, locale, clock);
  }
}
