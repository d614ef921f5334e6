package dev.gradkeeper.service.access;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A key as it is stored: its hash, never itself. */
@Entity
@Table(name = "api_key")
class ApiKey {
  @Id String id;

  @Column(name = "project_id")
  String projectId;

  String name;

  @Column(name = "key_hash")
  byte[] keyHash;

  @JdbcTypeCode(SqlTypes.ARRAY)
  List<String> scopes;

  @Column(name = "created_at")
  Instant createdAt;

  @Column(name = "expires_at")
  @Nullable Instant expiresAt;

  @Column(name = "revoked_at")
  @Nullable Instant revokedAt;

  ApiKey() {}

  boolean isValidAt(Instant time) {
    return revokedAt == null && (expiresAt == null || time.isBefore(expiresAt));
  }
}
