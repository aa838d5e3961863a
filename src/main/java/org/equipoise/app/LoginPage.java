package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import org.equipoise.security.authorization.WantedAuthorization;
import org.equipoise.security.external.LoginProviders;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClient;
import org.springframework.security.oauth2.server.authorization.client.RegisteredClientRepository;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriUtils;

/** {@code /login}: username and password. The form is taken by Spring Security. */
@Controller
class LoginPage {

  private final WantedAuthorization requests = new WantedAuthorization();

  private final LoginProviders providers;
  private final RegisteredClientRepository clients;

  LoginPage(LoginProviders providers, RegisteredClientRepository clients) {
    this.providers = providers;
    this.clients = clients;
  }

  @GetMapping("/login")
  String login(
      HttpServletRequest request, HttpServletResponse response, Principal user, Model model) {
    if (user != null && !requests.waitsForLogin(request)) {
      return "redirect:/apps";
    }
    model.addAttribute("again", user != null);
    allowReturnToApp(request, response);
    for (String told : new String[] {"error", "expired", "logout", "ready"}) {
      model.addAttribute(told, request.getParameter(told) != null);
    }
    // What went wrong with a login at another provider.
    for (String told : new String[] {"unlinked", "unavailable", "elsewhere"}) {
      if (request.getParameter(told) != null) {
        model.addAttribute("external", told);
      }
    }
    model.addAttribute("providers", providers.providers());
    return "app/login";
  }

  /**
   * What follows the login may end in a redirect to the address of the app that asked for it, and
   * browsers count that among the targets of the form.
   */
  private void allowReturnToApp(HttpServletRequest request, HttpServletResponse response) {
    SavedRequest saved = requests.getRequest(request, response);
    String clientId =
        saved == null
            ? null
            : UriComponentsBuilder.fromUriString(saved.getRedirectUrl())
                .build()
                .getQueryParams()
                .getFirst("client_id");
    RegisteredClient client =
        clientId == null
            ? null
            : clients.findByClientId(UriUtils.decode(clientId, StandardCharsets.UTF_8));
    if (client != null) {
      response.setHeader(
          PageSecurity.CONTENT_POLICY,
          PageSecurity.contentPolicy(FormTargets.of(client.getRedirectUris())));
    }
  }
}
