package org.equipoise.demo;

import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;

/**
 * Seeds the {@link DemoRecord} and says where to look. Runs after the server's own start-up work
 * and before it reports readiness; a failure stops the start.
 */
@Order(2)
class DemoSeed implements ApplicationRunner {

  private static final Logger log = LoggerFactory.getLogger(DemoSeed.class);

  private final Supplier<DemoRecord> record;
  private final DemoTour tour;

  /**
   * @param record asked for when the web server runs, since its port is known only then
   */
  DemoSeed(Supplier<DemoRecord> record, DemoTour tour) {
    this.record = record;
    this.tour = tour;
  }

  @Override
  public void run(ApplicationArguments arguments) {
    record.get().seed();
    log.info("The demo's record is there.\n{}", tour.text());
  }
}
