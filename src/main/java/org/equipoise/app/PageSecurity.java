package org.equipoise.app;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpSession;
import java.time.Instant;
import java.util.Optional;
import org.equipoise.security.ServerAddress;
import org.equipoise.security.authorization.WantedAuthorization;
import org.equipoise.security.user.Logins;
import org.equipoise.security.user.UserAccount;
import org.equipoise.security.user.UserAccounts;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.security.authentication.event.LogoutSuccessEvent;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandlerImpl;
import org.springframework.security.web.authentication.AuthenticationSuccessHandler;
import org.springframework.security.web.authentication.SavedRequestAwareAuthenticationSuccessHandler;
import org.springframework.security.web.csrf.CookieCsrfTokenRepository;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;

/** The pages: a session, a login, CSRF tokens, and nothing that another site could bring in. */
@Configuration(proxyBeanMethods = false)
class PageSecurity {

  // A plain string pattern is taken relative to a servlet; a path pattern is not.
  private static final PathPatternRequestMatcher.Builder PATH =
      PathPatternRequestMatcher.withDefaults();

  private static final String[] PAGES = {
    "/",
    "/login",
    "/logout",
    "/patient",
    "/consent",
    "/apps",
    "/apps/end",
    "/password",
    "/guardrails",
    "/waiting",
    "/access-report",
    "/assets/**"
  };

  /** Session attribute: the account that is logged in. */
  private static final String USER = PageSecurity.class.getName() + ".user";

  /** The header of the content security policy. */
  static final String CONTENT_POLICY = "Content-Security-Policy";

  /**
   * The content security policy of a page.
   *
   * @param formTargets where its forms may lead besides this server, redirects included, each with
   *     a space in front
   */
  static String contentPolicy(String formTargets) {
    return "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self';"
        + " form-action 'self'"
        + formTargets
        + "; frame-ancestors 'none'; base-uri 'none'";
  }

  @Bean
  @Order(4)
  SecurityFilterChain pageChain(
      HttpSecurity http, AuthenticationSuccessHandler afterLogin, ServerAddress address)
      throws Exception {
    AccessDeniedHandlerImpl denied = new AccessDeniedHandlerImpl();
    http.securityMatchers(
            matchers -> {
              for (String page : PAGES) {
                matchers.requestMatchers(PATH.matcher(page));
              }
            })
        .authorizeHttpRequests(
            requests ->
                requests
                    .dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.FORWARD)
                    .permitAll()
                    .requestMatchers(
                        PATH.matcher("/login"),
                        PATH.matcher("/password"),
                        PATH.matcher(HttpMethod.GET, "/guardrails"),
                        PATH.matcher(HttpMethod.GET, "/assets/**"))
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .requestCache(cache -> cache.requestCache(new WantedPage(address)))
        // In a cookie, not in a session: whoever only looks at the login leaves nothing behind.
        .csrf(csrf -> csrf.csrfTokenRepository(tokenInCookie(address)))
        .formLogin(
            form -> form.loginPage("/login").successHandler(afterLogin).failureUrl("/login?error"))
        .logout(logout -> logout.logoutSuccessUrl("/login?logout"))
        .exceptionHandling(
            problems ->
                problems.accessDeniedHandler(
                    (request, response, problem) -> {
                      // A login page that stood open longer than its session: there is nothing to
                      // explain, it only has to be filled in again.
                      if (problem instanceof CsrfException
                          && PATH.matcher("/login").matches(request)) {
                        response.sendRedirect(request.getContextPath() + "/login?expired");
                      } else {
                        denied.handle(request, response, problem);
                      }
                    }))
        .headers(
            headers ->
                headers
                    .contentSecurityPolicy(policy -> policy.policyDirectives(contentPolicy("")))
                    .referrerPolicy(referrer -> referrer.policy(ReferrerPolicy.NO_REFERRER)));
    return http.build();
  }

  private static CookieCsrfTokenRepository tokenInCookie(ServerAddress address) {
    boolean https = address.baseUrl().startsWith("https:");
    CookieCsrfTokenRepository tokens = new CookieCsrfTokenRepository();
    // The prefix keeps other hosts of the same domain from setting it (RFC 6265bis, 4.1.3.2).
    tokens.setCookieName(https ? "__Host-equipoise-form" : "equipoise-form");
    tokens.setCookiePath("/");
    tokens.setCookieCustomizer(cookie -> cookie.httpOnly(true).secure(https).sameSite("Lax"));
    return tokens;
  }

  /**
   * The logout of whom {@code user} takes the place of in this browser: an app can have somebody
   * log in while another is, and what ends with a logout ends then.
   */
  private static Optional<LogoutSuccessEvent> replaced(HttpSession session, Authentication user) {
    Object before = session.getAttribute(USER);
    session.setAttribute(USER, user.getName());
    return before instanceof String other && !other.equals(user.getName())
        ? Optional.of(new LogoutSuccessEvent(Logins.of(other, Instant.EPOCH, user.getDetails())))
        : Optional.empty();
  }

  /** To where the user wanted to go before the login, or to their apps. */
  @Bean
  AuthenticationSuccessHandler afterLogin(
      UserAccounts accounts, ServerAddress address, ApplicationEventPublisher events) {
    WantedPage wanted = new WantedPage(address);
    SavedRequestAwareAuthenticationSuccessHandler goOn =
        new SavedRequestAwareAuthenticationSuccessHandler();
    goOn.setRequestCache(wanted);
    goOn.setDefaultTargetUrl("/apps");
    return (request, response, user) -> {
      accounts
          .find(user.getName())
          .map(UserAccount::language)
          .ifPresent(language -> PageLanguage.ofAccount(request, language));
      wanted.forgetPage(request, response);
      new WantedAuthorization().loggedIn(request);
      replaced(request.getSession(), user).ifPresent(events::publishEvent);
      goOn.onAuthenticationSuccess(request, response, user);
    };
  }
}
