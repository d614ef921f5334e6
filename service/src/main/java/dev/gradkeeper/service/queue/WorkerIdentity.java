package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.startup.Home;
import org.springframework.stereotype.Component;

/** Who this process is, over restarts: kept in the home folder, which only one process holds. */
@Component
class WorkerIdentity {

  private final String id;

  WorkerIdentity(Home home) {
    id = home.secret("worker.id", () -> "wrk_" + Home.randomToken());
  }

  String id() {
    return id;
  }
}
