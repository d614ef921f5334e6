package dev.gradkeeper.service.access;

import java.time.Instant;
import java.util.List;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Query;

interface ProjectRepository extends JpaRepository<Project, String> {
  @Query(
      "select p from Project p"
          + " where p.createdAt < :createdAt or (p.createdAt = :createdAt and p.id < :id)"
          + " order by p.createdAt desc, p.id desc")
  List<Project> findPage(Instant createdAt, String id, Limit limit);
}
