package dev.gradkeeper.service;

import dev.gradkeeper.service.postgres.EarlyStart;
import dev.gradkeeper.service.queue.EngineWarmUp;
import dev.gradkeeper.service.startup.StartupRefusedException;
import java.time.Clock;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** Training as a service: the HTTP API, the queue and its workers in one process. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GradkeeperApplication {
  private static final EngineWarmUp WARM_UP = new EngineWarmUp();

  public static void main(String[] args) {
    try {
      SpringApplication application = new SpringApplication(GradkeeperApplication.class);
      application.addListeners(new EarlyStart(), WARM_UP.early());
      application.run(args);
    } catch (RuntimeException e) {
      if (StartupRefusedException.isCauseOf(e)) {
        System.exit(StartupRefusedException.EXIT_CODE); // what and why is in the log already
      }
      throw e;
    }
  }

  /** The time of what is recorded; leases are timed by the database. */
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  /** The process's: it begins before there are beans. */
  @Bean
  EngineWarmUp warmUp() {
    return WARM_UP;
  }
}
