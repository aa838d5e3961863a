package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.util.List;
import java.util.Locale;
import org.springframework.web.servlet.LocaleResolver;

/**
 * In which language somebody reads the pages: what they chose in this session ({@code ?lang=es}),
 * else what their account says, else the first that their browser asks for and we speak.
 */
class PageLanguage implements LocaleResolver {

  /** English first: what is spoken where nothing else fits. */
  static final List<Locale> SPOKEN = List.of(Locale.ENGLISH, Locale.forLanguageTag("es"));

  private static final String CHOSEN = PageLanguage.class.getName() + ".chosen";
  private static final String OF_ACCOUNT = PageLanguage.class.getName() + ".account";

  @Override
  public Locale resolveLocale(HttpServletRequest request) {
    HttpSession session = request.getSession(false);
    if (session != null) {
      for (String name : List.of(CHOSEN, OF_ACCOUNT)) {
        if (session.getAttribute(name) instanceof String tag) {
          return Locale.forLanguageTag(tag);
        }
      }
    }
    return spoken(request.getHeader("Accept-Language"));
  }

  @Override
  public void setLocale(HttpServletRequest request, HttpServletResponse response, Locale locale) {
    request.getSession().setAttribute(CHOSEN, spoken(locale.toLanguageTag()).toLanguageTag());
  }

  /** Keeps the language of somebody's account for their session. */
  static void ofAccount(HttpServletRequest request, String language) {
    if (language != null) {
      request.getSession().setAttribute(OF_ACCOUNT, spoken(language).toLanguageTag());
    }
  }

  private static Locale spoken(String wishes) {
    if (wishes == null || wishes.isBlank()) {
      return Locale.ENGLISH;
    }
    try {
      Locale found = Locale.lookup(Locale.LanguageRange.parse(wishes), SPOKEN);
      return found == null ? Locale.ENGLISH : found;
    } catch (IllegalArgumentException malformed) {
      return Locale.ENGLISH;
    }
  }
}
