package dev.gradkeeper.service.jobs;

import dev.gradkeeper.service.datasets.DatasetUsers;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** They may still have to read their datasets. */
@Component
class UnfinishedJobs implements DatasetUsers {
  private final JdbcClient jdbc;

  UnfinishedJobs(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public boolean need(String datasetId) {
    return jdbc.sql(
            "SELECT EXISTS (SELECT FROM job WHERE dataset_id = :dataset AND finished_at IS NULL)")
        .param("dataset", datasetId)
        .query(Boolean.class)
        .single();
  }
}
