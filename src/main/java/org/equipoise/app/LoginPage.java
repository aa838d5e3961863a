package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import org.springframework.security.web.savedrequest.HttpSessionRequestCache;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** {@code /login}: username and password. The form is taken by Spring Security. */
@Controller
class LoginPage {

  private final RequestCache requests = new HttpSessionRequestCache();

  @GetMapping("/login")
  String login(HttpServletRequest request, Principal user, Model model) {
    if (user != null) {
      return "redirect:/apps";
    }
    for (String told : new String[] {"error", "expired", "logout", "ready"}) {
      model.addAttribute(told, request.getParameter(told) != null);
    }
    return "app/login";
  }

  /**
   * Goes on to where the user wanted to go before the login, or to their apps.
   *
   * <p>A page and not a redirect: what follows may end in a redirect to an app's own address, and a
   * browser that counts the redirects after a form as its targets would stop there, by our content
   * security policy. The address comes from the session, never from the request.
   */
  @GetMapping("/login/continue")
  String goOn(HttpServletRequest request, HttpServletResponse response, Model model) {
    SavedRequest saved = requests.getRequest(request, response);
    model.addAttribute(
        "target", saved == null ? request.getContextPath() + "/apps" : saved.getRedirectUrl());
    return "app/continue";
  }
}
