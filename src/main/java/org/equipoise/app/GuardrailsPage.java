package org.equipoise.app;

import java.util.List;
import java.util.Locale;
import org.equipoise.fhir.ConsentGuardrails;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/**
 * {@code /guardrails}: the rules that keep a choice about AI free, for everybody: whoever is asked
 * should be able to read them before, without an account.
 */
@Controller
class GuardrailsPage {

  private final ConsentGuardrails guardrails;

  GuardrailsPage(ConsentGuardrails guardrails) {
    this.guardrails = guardrails;
  }

  @GetMapping("/guardrails")
  String list(Locale locale, Model model) {
    List<ConsentGuardrails.Listed> rules = guardrails.list(locale.getLanguage());
    model.addAttribute(
        "lines", rules.stream().filter(ConsentGuardrails.Listed::brightLine).toList());
    model.addAttribute("rules", rules.stream().filter(rule -> !rule.brightLine()).toList());
    return "app/guardrails";
  }
}
