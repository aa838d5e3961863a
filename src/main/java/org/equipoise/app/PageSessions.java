package org.equipoise.app;

import jakarta.servlet.http.HttpServletRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.equipoise.security.ServerAddress;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.session.config.SessionRepositoryCustomizer;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/**
 * Sessions of the pages, in the database, so that a login counts on every node. The FHIR base never
 * looks at one.
 */
@Configuration(proxyBeanMethods = false)
class PageSessions {

  private static final Pattern SESSION_ID = Pattern.compile("[0-9a-f-]{36}");

  @Bean
  CookieSerializer sessionCookie(ServerAddress address) {
    boolean secure = address.baseUrl().startsWith("https:");
    DefaultCookieSerializer cookie =
        new DefaultCookieSerializer() {
          @Override
          public List<String> readCookieValues(HttpServletRequest request) {
            // Nothing but what this server gives out is looked for in the database.
            return super.readCookieValues(request).stream()
                .filter(id -> SESSION_ID.matcher(id).matches())
                .toList();
          }
        };
    // The prefix makes a browser refuse one that another host of the domain, or plain HTTP, sets.
    cookie.setCookieName(secure ? "__Host-equipoise" : "equipoise");
    cookie.setCookiePath("/");
    cookie.setUseHttpOnlyCookie(true);
    cookie.setUseSecureCookie(secure);
    cookie.setSameSite("Lax");
    return cookie;
  }

  /** Two requests of one session that set the same attribute at once: the later one counts. */
  @Bean
  SessionRepositoryCustomizer<JdbcIndexedSessionRepository> sessionQueries(DataSource dataSource)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return "PostgreSQL".equals(connection.getMetaData().getDatabaseProductName())
          ? new PostgreSqlJdbcIndexedSessionRepositoryCustomizer()
          : repository ->
              repository.setCreateSessionAttributeQuery(
                  "merge into %TABLE_NAME%_ATTRIBUTES"
                      + " (SESSION_PRIMARY_ID, ATTRIBUTE_NAME, ATTRIBUTE_BYTES)"
                      + " key (SESSION_PRIMARY_ID, ATTRIBUTE_NAME) values (?, ?, ?)");
    }
  }
}
