package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import java.security.Principal;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.equipoise.security.user.UserAccount;
import org.equipoise.security.user.UserAccounts;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

/** What every page shows around its own words. */
@ControllerAdvice(basePackageClasses = PageModel.class)
class PageModel {

  private final UserAccounts accounts;

  PageModel(UserAccounts accounts) {
    this.accounts = accounts;
  }

  /** Who is logged in, or null. */
  @ModelAttribute("userName")
  String userName(Principal principal) {
    return principal == null
        ? null
        : accounts.find(principal.getName()).map(UserAccount::displayName).orElse(null);
  }

  /** This page in each language, by the language's tag. */
  @ModelAttribute("languages")
  Map<String, String> languages(HttpServletRequest request) {
    Map<String, String> links = new LinkedHashMap<>();
    for (Locale language : PageLanguage.SPOKEN) {
      ServletUriComponentsBuilder here = ServletUriComponentsBuilder.fromRequest(request);
      links.put(
          language.toLanguageTag(),
          here.scheme(null)
              .host(null)
              .port(null)
              .replaceQueryParam("lang", language.toLanguageTag())
              .build()
              .toUriString());
    }
    return links;
  }

  /** Made before the page is written: once its beginning is sent, no session can be opened. */
  @ModelAttribute
  void csrfToken(CsrfToken token) {
    if (token != null) {
      token.getToken();
    }
  }
}
