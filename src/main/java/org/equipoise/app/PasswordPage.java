package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.Principal;
import java.util.Optional;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.user.PasswordChange;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /password}: the first one, by the operator's link, and a new one for who is logged in. */
@Controller
class PasswordPage {

  private final PasswordChange change;
  private final WantedPage wanted;

  PasswordPage(PasswordChange change, ServerAddress address) {
    this.change = change;
    this.wanted = new WantedPage(address);
  }

  @GetMapping(path = "/password", params = "link")
  String choose(@RequestParam String link, HttpServletResponse response, Model model) {
    return change
        .holderOf(link)
        .map(
            user -> {
              model.addAttribute("link", link);
              model.addAttribute("username", user.username());
              return "app/password";
            })
        .orElseGet(() -> ProblemPage.show(response, model, HttpStatus.NOT_FOUND, "problem.link"));
  }

  @GetMapping(path = "/password", params = "!link")
  String change(Principal user, HttpServletRequest request, HttpServletResponse response) {
    if (user == null) {
      wanted.saveRequest(request, response);
      return "redirect:/login";
    }
    return "app/password";
  }

  @PostMapping(path = "/password", params = "link")
  String byLink(
      @RequestParam String link,
      @RequestParam String password,
      @RequestParam String repeated,
      HttpServletResponse response,
      Model model) {
    Optional<String> problem =
        password.equals(repeated)
            ? change.byLink(link, password)
            : Optional.of("password.problem.repeated");
    if (problem.isEmpty()) {
      return "redirect:/login?ready";
    }
    model.addAttribute("problem", problem.get());
    return choose(link, response, model);
  }

  @PostMapping(path = "/password", params = "!link")
  String byOwner(
      Principal user,
      HttpServletRequest request,
      @RequestParam String current,
      @RequestParam String password,
      @RequestParam String repeated,
      Model model) {
    if (user == null) {
      return "redirect:/login";
    }
    Optional<String> problem =
        password.equals(repeated)
            ? change.byOwner(
                user.getName(),
                current,
                password,
                request.getRemoteAddr(),
                request.getSession().getId())
            : Optional.of("password.problem.repeated");
    if (problem.isEmpty()) {
      return "redirect:/apps?password";
    }
    model.addAttribute("problem", problem.get());
    return "app/password";
  }
}
