package org.equipoise.server;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/** The browser of the tests that need a real one. */
final class Chromium {

  private static final Path PROGRAM = Path.of("/usr/bin/chromium");

  private Chromium() {}

  /** Skips the test, and says so, where there is none. */
  static void assumeInstalled() {
    Assumptions.assumeTrue(
        Files.isExecutable(PROGRAM), "No Chromium at " + PROGRAM + ": nothing was looked at");
  }

  /** Without fetching a browser of its own. */
  static Playwright playwright() {
    return Playwright.create(
        new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
  }

  static Browser launch(Playwright playwright) {
    return playwright
        .chromium()
        .launch(
            new BrowserType.LaunchOptions()
                .setExecutablePath(PROGRAM)
                .setArgs(
                    List.of(
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-quic",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync")));
  }
}
