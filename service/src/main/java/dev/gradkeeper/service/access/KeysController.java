package dev.gradkeeper.service.access;

import dev.gradkeeper.service.web.Cursor;
import dev.gradkeeper.service.web.Page;
import dev.gradkeeper.service.web.PrefixedId;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.KeysApi;
import dev.gradkeeper.service.web.model.CreatedKey;
import dev.gradkeeper.service.web.model.FieldError;
import dev.gradkeeper.service.web.model.Key;
import dev.gradkeeper.service.web.model.KeyList;
import dev.gradkeeper.service.web.model.NewKey;
import dev.gradkeeper.service.web.model.Scope;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.data.domain.Limit;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RestController;

@RestController
class KeysController implements KeysApi {
  private final ApiKeyRepository keys;
  private final ProjectRepository projects;
  private final Clock clock;

  KeysController(ApiKeyRepository keys, ProjectRepository projects, Clock clock) {
    this.keys = keys;
    this.projects = projects;
    this.clock = clock;
  }

  @Override
  public ResponseEntity<CreatedKey> createKey(NewKey request) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    check(request, now);
    String secret = KeySecret.next();
    ApiKey key = new ApiKey();
    key.id = PrefixedId.next("key", now);
    key.projectId = request.getProjectId();
    key.name = request.getName();
    key.keyHash = KeySecret.hash(secret);
    key.scopes = request.getScopes().stream().map(Scope::getValue).distinct().toList();
    key.createdAt = now;
    key.expiresAt = request.getExpiresAt() == null ? null : request.getExpiresAt().toInstant();
    keys.save(key);
    Key shown = shown(key);
    return ResponseEntity.status(HttpStatus.CREATED)
        .body(
            new CreatedKey(
                    shown.getId(),
                    shown.getName(),
                    shown.getProjectId(),
                    shown.getScopes(),
                    shown.getCreatedAt(),
                    secret)
                .expiresAt(shown.getExpiresAt()));
  }

  private void check(NewKey request, Instant now) {
    List<FieldError> errors = new ArrayList<>();
    if (!projects.existsById(request.getProjectId())) {
      errors.add(
          new FieldError(
              "/project_id",
              "unknown_project",
              "There is no project `%s`.".formatted(request.getProjectId())));
    }
    if (request.getExpiresAt() != null && !request.getExpiresAt().toInstant().isAfter(now)) {
      errors.add(new FieldError("/expires_at", "out_of_range", "Must be in the future."));
    }
    if (!errors.isEmpty()) {
      throw ProblemException.unprocessable(errors);
    }
  }

  @Override
  public ResponseEntity<KeyList> listKeys(Integer limit, @Nullable String cursor) {
    Cursor after = Cursor.decodeOrFirst(cursor);
    Page<ApiKey> page =
        Page.of(
            keys.findPage(after.createdAt(), after.id(), Limit.of(limit + 1)),
            limit,
            key -> new Cursor(key.createdAt, key.id));
    return ResponseEntity.ok(
        new KeyList(page.items().stream().map(KeysController::shown).toList())
            .nextCursor(page.nextCursor()));
  }

  @Override
  public ResponseEntity<Void> deleteKey(String keyId) {
    ApiKey key =
        keys.findById(keyId)
            .filter(found -> found.revokedAt == null)
            .orElseThrow(() -> ProblemException.notFound("key", keyId));
    if (keyId.equals(Caller.current().keyId())) {
      throw ProblemException.conflict(
          "own_key", "A key cannot revoke itself; use another key of scope admin.");
    }
    key.revokedAt = clock.instant();
    keys.save(key);
    return ResponseEntity.noContent().build();
  }

  private static Key shown(ApiKey key) {
    return new Key(
            key.id,
            key.name,
            key.projectId,
            key.scopes.stream().map(Scope::fromValue).toList(),
            time(key.createdAt))
        .expiresAt(key.expiresAt == null ? null : time(key.expiresAt));
  }

  private static OffsetDateTime time(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
