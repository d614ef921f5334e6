package dev.gradkeeper.service.datasets;

import dev.gradkeeper.service.blobs.Digest;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** An uploaded dataset: where its bytes are, and what their import found. */
@Entity
@Table(name = "dataset")
class StoredDataset {
  /** What is known of one split. */
  record Split(long samples) {}

  @Id String id;

  @Column(name = "project_id")
  String projectId;

  String name;
  String format;
  byte[] blob;
  long size;

  /** {@code {"train": {"samples": 5000}, …}}. */
  @JdbcTypeCode(SqlTypes.JSON)
  Map<String, Split> splits;

  /** {@code input_shape} and {@code classes}. */
  @JdbcTypeCode(SqlTypes.JSON)
  Info info;

  @Column(name = "created_at")
  Instant createdAt;

  @Version @Nullable Long version;

  StoredDataset() {}

  Digest content() {
    return new Digest(blob);
  }
}
