package dev.gradkeeper.service.devices;

import dev.gradkeeper.service.web.api.DevicesApi;
import dev.gradkeeper.service.web.model.ComputeDevice;
import dev.gradkeeper.service.web.model.DeviceList;
import dev.gradkeeper.service.web.model.DeviceType;
import dev.gradkeeper.service.web.model.Worker;
import dev.gradkeeper.service.web.model.WorkerList;
import dev.gradkeeper.service.web.model.WorkerState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RestController;

@RestController
class DevicesController implements DevicesApi {
  private final JdbcClient jdbc;

  DevicesController(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public ResponseEntity<DeviceList> listDevices() {
    List<ComputeDevice> devices =
        jdbc.sql(
                """
                SELECT d.*, (
                    SELECT count(*) FROM job j JOIN job_attempt a ON a.job_id = j.id AND a.attempt = j.attempt
                    WHERE j.worker_id = d.worker_id AND j.state IN ('running', 'pausing', 'cancelling')
                      AND COALESCE(a.device, 'cpu') = d.name) AS running_jobs
                FROM worker_device d JOIN worker w ON w.id = d.worker_id
                WHERE """
                    + " "
                    + WorkerDevices.AT_HAND
                    + " ORDER BY w.started_at, d.worker_id, d.name")
            .query(
                (row, _) ->
                    new ComputeDevice(
                        row.getString("name"),
                        row.getString("worker_id"),
                        DeviceType.fromValue(row.getString("type")),
                        row.getString("model"),
                        row.getString("driver"),
                        row.getLong("memory_bytes"),
                        row.getLong("limit_bytes"),
                        row.getInt("running_jobs")))
            .list();
    return ResponseEntity.ok(new DeviceList(devices));
  }

  @Override
  public ResponseEntity<WorkerList> listWorkers() {
    List<Worker> workers =
        jdbc.sql(
                """
                SELECT w.*, """
                    + " "
                    + WorkerDevices.AT_HAND
                    + """
                 AS at_hand, (
                    SELECT count(*) FROM job j
                    WHERE j.worker_id = w.id AND j.state IN ('running', 'pausing', 'cancelling')) AS running_jobs
                FROM worker w WHERE w.stopped_at IS NULL AND w.heartbeat_at > now() - interval '1 day'
                ORDER BY w.started_at DESC, w.id
                """)
            .query((row, _) -> worker(row))
            .list();
    return ResponseEntity.ok(new WorkerList(workers));
  }

  private static Worker worker(ResultSet row) throws SQLException {
    return new Worker(
        row.getString("id"),
        row.getString("host"),
        row.getString("version"),
        row.getBoolean("at_hand") ? WorkerState.ONLINE : WorkerState.LOST,
        row.getInt("slots"),
        row.getLong("memory_bytes"),
        row.getInt("running_jobs"),
        time(row, "started_at"),
        time(row, "heartbeat_at"));
  }

  private static OffsetDateTime time(ResultSet row, String column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).withOffsetSameInstant(ZoneOffset.UTC);
  }
}
