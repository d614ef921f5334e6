package dev.gradkeeper.service.access;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface ApiKeyRepository extends JpaRepository<ApiKey, String> {
  Optional<ApiKey> findByKeyHash(byte[] keyHash);

  @Query(
      "select k from ApiKey k where k.revokedAt is null"
          + " and (k.createdAt < :createdAt or (k.createdAt = :createdAt and k.id < :id))"
          + " order by k.createdAt desc, k.id desc")
  List<ApiKey> findPage(Instant createdAt, String id, Limit limit);
}
