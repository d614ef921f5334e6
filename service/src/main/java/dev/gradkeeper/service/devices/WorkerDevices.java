package dev.gradkeeper.service.devices;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The {@code worker_device} table: what all workers have to run on. */
@Component
public class WorkerDevices {
  /** Workers that have not signed off and were heard of within the last minute. */
  static final String AT_HAND =
      "(w.stopped_at IS NULL AND w.heartbeat_at > now() - interval '1 minute')";

  private final Gpus gpus;
  private final JdbcClient jdbc;

  public WorkerDevices(Gpus gpus, JdbcClient jdbc) {
    this.gpus = gpus;
    this.jdbc = jdbc;
  }

  /**
   * Replaces what was known of a worker by what this process has.
   *
   * @param memory bytes that jobs on the CPU may need together
   */
  public void write(Connection connection, String worker, long memory) throws SQLException {
    List<WorkerDevice> devices = new ArrayList<>();
    devices.add(WorkerDevice.cpu(memory));
    gpus.all().stream().map(WorkerDevice::of).forEach(devices::add);
    try (PreparedStatement delete =
            connection.prepareStatement("DELETE FROM worker_device WHERE worker_id = ?");
        PreparedStatement insert =
            connection.prepareStatement(
                """
                INSERT INTO worker_device (worker_id, name, type, model, driver, memory_bytes, limit_bytes)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """)) {
      delete.setString(1, worker);
      delete.executeUpdate();
      for (WorkerDevice device : devices) {
        insert.setString(1, worker);
        insert.setString(2, device.name());
        insert.setString(3, device.type());
        insert.setString(4, device.model());
        insert.setString(5, device.driver());
        insert.setLong(6, device.memoryBytes());
        insert.setLong(7, device.limitBytes());
        insert.executeUpdate();
      }
    }
  }

  /** Bytes that a job may use on the largest GPU at hand; null where there is none. */
  public @Nullable Long largestGpu() {
    return jdbc.sql(
            "SELECT max(d.limit_bytes) FROM worker_device d JOIN worker w ON w.id = d.worker_id"
                + " WHERE d.name LIKE 'gpu:%' AND w.slots > 0 AND "
                + AT_HAND)
        .query(Long.class)
        .optional()
        .orElse(null);
  }
}
