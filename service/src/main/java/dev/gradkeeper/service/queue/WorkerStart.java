package dev.gradkeeper.service.queue;

import jakarta.servlet.ServletContext;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Starts the worker as soon as there is a database: a job whose process was killed does not wait
 * for what only requests need. Nor do the jobs of others: a process that is killed again and again
 * before it serves requests still takes them over.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WorkerStart implements ServletContextInitializer {
  private final Worker worker;
  private final Housekeeper housekeeper;

  WorkerStart(Worker worker, Housekeeper housekeeper) {
    this.worker = worker;
    this.housekeeper = housekeeper;
  }

  @Override
  public void onStartup(ServletContext servletContext) {
    worker.startEarly();
    housekeeper.start();
  }
}
