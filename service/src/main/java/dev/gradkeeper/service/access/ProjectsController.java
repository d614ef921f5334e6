package dev.gradkeeper.service.access;

import dev.gradkeeper.service.web.Cursor;
import dev.gradkeeper.service.web.Page;
import dev.gradkeeper.service.web.PrefixedId;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.ProjectsApi;
import dev.gradkeeper.service.web.model.NewProject;
import dev.gradkeeper.service.web.model.ProjectChange;
import dev.gradkeeper.service.web.model.ProjectList;
import java.net.URI;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.data.domain.Limit;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class ProjectsController implements ProjectsApi {
  private final ProjectRepository projects;
  private final Clock clock;

  ProjectsController(ProjectRepository projects, Clock clock) {
    this.projects = projects;
    this.clock = clock;
  }

  @Override
  public ResponseEntity<dev.gradkeeper.service.web.model.Project> createProject(
      NewProject request) {
    Project project = new Project();
    project.createdAt = clock.instant().truncatedTo(ChronoUnit.MICROS);
    project.id = PrefixedId.next("prj", project.createdAt);
    project.name = request.getName();
    project.maxQueuedJobs = request.getMaxQueuedJobs();
    project.maxRunningJobs = request.getMaxRunningJobs();
    project.maxStoredBytes = request.getMaxStoredBytes();
    try {
      projects.saveAndFlush(project);
    } catch (DataIntegrityViolationException e) {
      throw ProblemException.conflict(
          "name_taken", "There is a project `%s` already.".formatted(project.name));
    }
    return ResponseEntity.created(URI.create("/v1/projects/" + project.id)).body(shown(project));
  }

  @Override
  public ResponseEntity<dev.gradkeeper.service.web.model.Project> getProject(String projectId) {
    return ResponseEntity.ok(shown(find(projectId)));
  }

  @Override
  public ResponseEntity<ProjectList> listProjects(Integer limit, @Nullable String cursor) {
    Cursor after = Cursor.decodeOrFirst(cursor);
    Page<Project> page =
        Page.of(
            projects.findPage(after.createdAt(), after.id(), Limit.of(limit + 1)),
            limit,
            project -> new Cursor(project.createdAt, project.id));
    return ResponseEntity.ok(
        new ProjectList(page.items().stream().map(ProjectsController::shown).toList())
            .nextCursor(page.nextCursor()));
  }

  @Override
  public ResponseEntity<dev.gradkeeper.service.web.model.Project> updateProject(
      String projectId, ProjectChange change) {
    Project project = find(projectId);
    if (change.getMaxQueuedJobs() != null) {
      project.maxQueuedJobs = change.getMaxQueuedJobs();
    }
    if (change.getMaxRunningJobs() != null) {
      project.maxRunningJobs = change.getMaxRunningJobs();
    }
    if (change.getMaxStoredBytes() != null) {
      project.maxStoredBytes = change.getMaxStoredBytes();
    }
    return ResponseEntity.ok(shown(projects.save(project)));
  }

  private Project find(String projectId) {
    return projects
        .findById(projectId)
        .orElseThrow(() -> ProblemException.notFound("project", projectId));
  }

  private static dev.gradkeeper.service.web.model.Project shown(Project project) {
    return new dev.gradkeeper.service.web.model.Project(
            project.id, project.name, project.createdAt.atOffset(ZoneOffset.UTC))
        .maxQueuedJobs(project.maxQueuedJobs)
        .maxRunningJobs(project.maxRunningJobs)
        .maxStoredBytes(project.maxStoredBytes);
  }
}
