package dev.gradkeeper.service.queue;

import jakarta.servlet.ServletContext;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Starts the worker as soon as there is a database: a job whose process was killed does not wait
 * for what only requests need.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
final class WorkerStart implements ServletContextInitializer {
  private final Worker worker;

  WorkerStart(Worker worker) {
    this.worker = worker;
  }

  @Override
  public void onStartup(ServletContext servletContext) {
    worker.startEarly();
  }
}
