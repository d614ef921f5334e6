package dev.gradkeeper.service.jobs;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.DynamicInsert;
import org.hibernate.annotations.DynamicUpdate;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/**
 * A job as requests write it: whole when it is submitted, its state when it is paused, resumed or
 * cancelled. What a worker writes while the job is its own (step, lease, attempt, …) is not mapped.
 */
@Entity
@Table(name = "job")
@DynamicInsert
@DynamicUpdate
class Job {
  @Id String id;

  @Column(name = "project_id", updatable = false)
  String projectId;

  @Column(updatable = false)
  String name;

  @JdbcTypeCode(SqlTypes.JSON)
  @Column(updatable = false)
  Map<String, String> labels;

  /** JSON, every default filled in. */
  @JdbcTypeCode(SqlTypes.JSON)
  @Column(updatable = false)
  String spec;

  @Column(name = "dataset_id", updatable = false)
  @Nullable String datasetId;

  @Column(updatable = false)
  String device;

  @Column(name = "memory_bytes", updatable = false)
  long memoryBytes;

  @Column(updatable = false)
  int priority;

  JobState state;

  @Column(name = "state_reason")
  @Nullable String stateReason;

  @Column(name = "max_restarts", updatable = false)
  int maxRestarts;

  @Column(name = "total_steps", updatable = false)
  @Nullable Long totalSteps;

  @Column(name = "forked_from", updatable = false)
  @Nullable String forkedFrom;

  @Column(name = "forked_step", updatable = false)
  @Nullable Long forkedStep;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;

  @Version @Nullable Long version;

  Job() {}
}
