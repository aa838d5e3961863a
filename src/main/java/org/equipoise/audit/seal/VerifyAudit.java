package org.equipoise.audit.seal;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.equipoise.audit.EventWalk;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.jdbc.DataSourceProperties;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The command {@code verify-audit}: says, line by line, what was changed in the access events or
 * taken out of them. Reads the server's settings, opens its database and nothing else.
 */
public final class VerifyAudit {

  /** First argument of the server's main that asks for it. */
  public static final String NAME = "verify-audit";

  /** Nothing was changed. */
  public static final int SOUND = 0;

  /** Something was. */
  public static final int TAMPERED = 1;

  /** It could not be found out. */
  public static final int FAILED = 2;

  private static final String USAGE =
      "usage: verify-audit [--anchor N:hash]... [--keyed-from N] [--spring.datasource.url=...]"
          + " [any setting of the server]";

  private static final Pattern ANCHOR = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-fA-F]{64})");
  private static final Pattern NUMBER = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Pattern OPTION = Pattern.compile("--(anchor|keyed-from)(?:=(.*))?");

  private final PrintStream out;
  private final PrintStream err;

  /** What was asked for. */
  private record Asked(Map<Long, String> anchors, long keyedFrom, List<String> settings) {}

  /**
   * @param out gets the findings
   * @param err gets why it could not be found out
   */
  public VerifyAudit(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** The settings that it reads, in a context without the server. */
  @EnableConfigurationProperties({DataSourceProperties.class, AuditSettings.class})
  static class Settings {}

  /**
   * Runs it.
   *
   * @param arguments those after its name
   * @return {@link #SOUND}, {@link #TAMPERED} or {@link #FAILED}
   */
  public int run(List<String> arguments) {
    Asked asked;
    try {
      asked = read(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      err.println(USAGE);
      return FAILED;
    }
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(Settings.class)
            .web(WebApplicationType.NONE)
            .logStartupInfo(false)
            .registerShutdownHook(false)
            .run(asked.settings().toArray(String[]::new))) {
      return verify(
          asked, context.getBean(AuditSettings.class), context.getBean(DataSourceProperties.class));
    } catch (Verification.Impossible e) {
      err.println("Cannot verify: " + e.getMessage());
    } catch (DataAccessException | TransactionException e) {
      err.println(
          "Cannot verify, the database does not answer: " + e.getMostSpecificCause().getMessage());
    } catch (RuntimeException e) {
      // Wrong settings: Spring has said which.
      err.println("Cannot verify: " + e.getMessage());
    }
    return FAILED;
  }

  private static Asked read(List<String> arguments) {
    Map<Long, String> anchors = new TreeMap<>();
    long keyedFrom = 1;
    List<String> settings = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      Matcher option = OPTION.matcher(arguments.get(i));
      if (!option.matches()) {
        if (!arguments.get(i).startsWith("--")) {
          throw new IllegalArgumentException("What is '" + arguments.get(i) + "'?");
        }
        settings.add(arguments.get(i));
        continue;
      }
      String value = option.group(2);
      if (value == null) {
        i++;
        value = i < arguments.size() ? arguments.get(i) : "";
      }
      if (option.group(1).equals("anchor")) {
        Matcher anchor = ANCHOR.matcher(value);
        if (!anchor.matches()) {
          throw new IllegalArgumentException(
              "--anchor must be the number of a seal, a colon and its hash of 64 digits");
        }
        anchors.put(Long.parseLong(anchor.group(1)), anchor.group(2));
      } else {
        if (!NUMBER.matcher(value).matches()) {
          throw new IllegalArgumentException("--keyed-from must be the number of a seal");
        }
        keyedFrom = Long.parseLong(value);
      }
    }
    return new Asked(anchors, keyedFrom, settings);
  }

  private int verify(Asked asked, AuditSettings settings, DataSourceProperties database) {
    String url = database.determineUrl();
    // A database that is not there is not made.
    DriverManagerDataSource source =
        new DriverManagerDataSource(
            url.startsWith("jdbc:h2:") ? url + ";IFEXISTS=TRUE" : url,
            database.determineUsername(),
            database.determinePassword());
    TransactionTemplate moment = new TransactionTemplate(new DataSourceTransactionManager(source));
    moment.setReadOnly(true);
    moment.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    Integer code =
        moment.execute(
            status -> {
              JdbcTemplate jdbc = new JdbcTemplate(source);
              requireTables(source);
              EventWalk walk =
                  new EventWalk(
                      jdbc,
                      moment,
                      AuditCare.WALK,
                      settings.gapLag(),
                      EventWalk.LONGEST_STEP,
                      Clock.systemUTC());
              Verification.Summary summary =
                  new Verification(
                          new SealStore(source),
                          walk,
                          settings.archive(),
                          new Verification.Expected(
                              settings.sealKey(), asked.keyedFrom(), asked.anchors()),
                          finding -> out.println(finding.text()))
                      .run();
              tell(summary);
              return summary.findings() == 0 ? SOUND : TAMPERED;
            });
    return code == null ? FAILED : code;
  }

  private static void requireTables(DriverManagerDataSource source) {
    try (Connection connection = source.getConnection();
        var tables = connection.getMetaData().getTables(null, null, "%", null)) {
      while (tables.next()) {
        if (tables.getString("TABLE_NAME").equalsIgnoreCase("eqp_access_seal")) {
          return;
        }
      }
    } catch (SQLException e) {
      throw new Verification.Impossible("the database does not answer: " + e.getMessage());
    }
    throw new Verification.Impossible("no server of this version has used this database");
  }

  private void tell(Verification.Summary summary) {
    out.printf(
        Locale.ROOT,
        "%s: %d seals, %d sealed events (%d of them in the archive), %d not yet sealed.%n",
        summary.findings() == 0 ? "Sound" : "Tampered with, " + summary.findings() + " findings",
        summary.seals(),
        summary.events(),
        summary.archived(),
        summary.unsealed());
    if (summary.last().number() > 0) {
      out.printf(
          Locale.ROOT,
          "The last seal, to be kept elsewhere: %d:%s%n",
          summary.last().number(),
          summary.last().hash());
    }
  }
}
