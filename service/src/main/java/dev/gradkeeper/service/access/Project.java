package dev.gradkeeper.service.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What keys, datasets and jobs belong to. A quota of null is the service's default. */
@Entity
@Table(name = "project")
class Project {
  /** There from the start. */
  static final String DEFAULT = "prj_default";

  @Id String id;
  String name;

  @Column(name = "max_queued_jobs")
  @Nullable Integer maxQueuedJobs;

  @Column(name = "max_running_jobs")
  @Nullable Integer maxRunningJobs;

  @Column(name = "max_stored_bytes")
  @Nullable Long maxStoredBytes;

  @Column(name = "created_at")
  Instant createdAt;

  @Version @Nullable Long version;

  Project() {}
}
