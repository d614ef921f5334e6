package dev.gradkeeper.service.jobs;

import jakarta.persistence.LockModeType;
import java.util.Optional;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Lock;
import org.springframework.data.jpa.repository.Query;

interface JobRepository extends JpaRepository<Job, String> {

  /** Held until the end of the transaction, so that no worker changes it meanwhile. */
  @Lock(LockModeType.PESSIMISTIC_WRITE)
  @Query("select j from Job j where j.id = :id and j.projectId = :projectId")
  Optional<Job> lock(String id, String projectId);
}
