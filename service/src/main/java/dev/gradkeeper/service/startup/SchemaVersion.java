package dev.gradkeeper.service.startup;

import java.util.Arrays;
import java.util.Set;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.stereotype.Component;

/** Brings the database up to this build's schema; one that is ahead of it is left alone. */
@Component
class SchemaVersion implements FlywayMigrationStrategy {

  private static final Set<MigrationState> FUTURE =
      Set.of(MigrationState.FUTURE_SUCCESS, MigrationState.FUTURE_FAILED);

  @Override
  public void migrate(Flyway flyway) {
    MigrationInfo[] applied = flyway.info().applied();
    for (MigrationInfo migration : applied) {
      if (FUTURE.contains(migration.getState())) {
        throw new StartupRefusedException(
            "The database has the schema of a newer build, version %s; this one knows it up to version %s."
                .formatted(applied[applied.length - 1].getVersion(), newest(flyway)),
            "Start the newer build, or restore the backup that was taken before the upgrade. The database was not touched.");
      }
    }
    flyway.migrate();
  }

  private static String newest(Flyway flyway) {
    return Arrays.stream(flyway.info().all())
        .filter(migration -> !FUTURE.contains(migration.getState()))
        .map(migration -> migration.getVersion().toString())
        .reduce((_, later) -> later)
        .orElse("0");
  }
}
