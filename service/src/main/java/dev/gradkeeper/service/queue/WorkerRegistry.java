package dev.gradkeeper.service.queue;

import dev.gradkeeper.service.devices.WorkerDevices;
import dev.gradkeeper.service.lease.WorkerTransactions;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The {@code worker} table: who trains, where, and since when. */
@Component
class WorkerRegistry {

  private final WorkerTransactions transactions;
  private final WorkerDevices devices;

  WorkerRegistry(WorkerTransactions transactions, WorkerDevices devices) {
    this.transactions = transactions;
    this.devices = devices;
  }

  void introduce(String id, int slots, long memory) throws SQLException {
    transactions.run(
        connection -> {
          try (PreparedStatement insert =
              connection.prepareStatement(
                  """
                  INSERT INTO worker (id, host, version, slots, memory_bytes) VALUES (?, ?, ?, ?, ?)
                  ON CONFLICT (id) DO UPDATE
                  SET host = excluded.host, version = excluded.version, slots = excluded.slots, memory_bytes = excluded.memory_bytes,
                      started_at = now(), heartbeat_at = now(), stopped_at = NULL
                  """)) {
            insert.setString(1, id);
            insert.setString(2, host());
            insert.setString(3, version());
            insert.setInt(4, slots);
            insert.setLong(5, memory);
            insert.executeUpdate();
          }
          devices.write(connection, id, memory);
          return null;
        });
  }

  void leave(String id) throws SQLException {
    transactions.run(
        connection -> {
          try (PreparedStatement update =
              connection.prepareStatement("UPDATE worker SET stopped_at = now() WHERE id = ?")) {
            update.setString(1, id);
            return update.executeUpdate();
          }
        });
  }

  private static String version() {
    return Optional.ofNullable(WorkerRegistry.class.getPackage().getImplementationVersion())
        .orElse("development");
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
