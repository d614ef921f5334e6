package dev.gradkeeper.service.datasets;

import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

interface StoredDatasetRepository extends JpaRepository<StoredDataset, String> {
  Optional<StoredDataset> findByIdAndProjectId(String id, String projectId);

  /** Waits for those who are about to refer to it. */
  @Lock(LockModeType.PESSIMISTIC_WRITE)
  @Query("select d from StoredDataset d where d.id = :id and d.projectId = :projectId")
  Optional<StoredDataset> findToDelete(String id, String projectId);

  @Query(
      "select d from StoredDataset d where d.projectId = :projectId"
          + " and (d.createdAt < :createdAt or (d.createdAt = :createdAt and d.id < :id))"
          + " order by d.createdAt desc, d.id desc")
  List<StoredDataset> findPage(String projectId, Instant createdAt, String id, Limit limit);

  @Query("select coalesce(sum(d.size), 0) from StoredDataset d where d.projectId = :projectId")
  long storedBytes(String projectId);
}
