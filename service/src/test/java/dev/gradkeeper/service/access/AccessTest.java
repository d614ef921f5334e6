package dev.gradkeeper.service.access;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gradkeeper.service.Api;
import dev.gradkeeper.service.Api.Answer;
import dev.gradkeeper.service.ServiceTest;
import dev.gradkeeper.service.jobs.Specs;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;

class AccessTest extends ServiceTest {
  @Autowired private JdbcClient jdbc;

  @Test
  void aKeyIsShownOnceAndStoredAsAHash() {
    Answer created = api.post("/v1/keys", "{\"name\": \"laptop\"}");
    String secret = created.text("/key");

    assertThat(created.status()).isEqualTo(201);
    assertThat(secret).startsWith("gk_");
    assertThat(Base64.getUrlDecoder().decode(secret.substring(3))).hasSize(32);
    assertThat(created.json().get("scopes").toString()).isEqualTo("[\"read\",\"write\"]");
    assertThat(created.text("/project_id")).isEqualTo("prj_default");
    assertThat(api.get("/v1/keys").http().body()).contains("laptop").doesNotContain(secret);
    assertThat(
            jdbc.sql("SELECT count(*) FROM api_key WHERE key_hash = sha256(:key::bytea)")
                .param("key", secret)
                .query(Integer.class)
                .single())
        .isEqualTo(1);
  }

  @Test
  void aKeyMayWhatItsScopesSay() {
    Api reader = key("\"read\"");
    Api writer = key("\"write\"");
    Api admin = key("\"admin\"");

    assertThat(reader.get("/v1/jobs").status()).isEqualTo(200);
    assertThat(reader.post("/v1/jobs/validate", Specs.REGRESSION).status()).isEqualTo(200);
    assertThat(
            reader
                .send(reader.request("/v1/jobs").method("HEAD", BodyPublishers.noBody()))
                .status())
        .isEqualTo(200);
    assertThat(reader.post("/v1/jobs", Specs.REGRESSION).status()).isEqualTo(403);
    assertThat(reader.get("/v1/keys").status()).isEqualTo(403);
    assertThat(writer.post("/v1/jobs", Specs.REGRESSION).status()).isEqualTo(202);
    assertThat(writer.get("/v1/jobs").status()).isEqualTo(403);
    assertThat(writer.post("/v1/projects", "{\"name\": \"mine\"}").text("/code"))
        .isEqualTo("forbidden");
    assertThat(admin.get("/v1/keys").status()).isEqualTo(200);
    assertThat(admin.get("/v1/projects").status()).isEqualTo(200);
    assertThat(admin.get("/v1/jobs").status()).isEqualTo(403);
  }

  @Test
  void aRevokedKeyWorksNoLonger() {
    Answer created = api.post("/v1/keys", "{\"name\": \"short-lived\"}");
    Api other = api.as(created.text("/key"));
    assertThat(other.get("/v1/jobs").status()).isEqualTo(200);

    assertThat(api.delete("/v1/keys/" + created.text("/id")).status()).isEqualTo(204);

    assertThat(other.get("/v1/jobs").status()).isEqualTo(401);
    assertThat(api.delete("/v1/keys/" + created.text("/id")).status()).isEqualTo(404);
    assertThat(api.get("/v1/keys?limit=200").http().body()).doesNotContain("short-lived");
  }

  @Test
  void anExpiredKeyWorksNoLonger() {
    Answer created =
        api.post("/v1/keys", "{\"name\": \"k\", \"expires_at\": \"2100-01-01T00:00:00+01:00\"}");
    assertThat(created.text("/expires_at")).isEqualTo("2099-12-31T23:00:00Z");
    Api other = api.as(created.text("/key"));
    assertThat(other.get("/v1/jobs").status()).isEqualTo(200);

    jdbc.sql("UPDATE api_key SET expires_at = now() WHERE id = :id")
        .param("id", created.text("/id"))
        .update();

    assertThat(other.get("/v1/jobs").status()).isEqualTo(401);
  }

  @Test
  void aKeyCannotRevokeItself() {
    Answer created = api.post("/v1/keys", "{\"name\": \"k\", \"scopes\": [\"admin\"]}");

    Answer refused = api.as(created.text("/key")).delete("/v1/keys/" + created.text("/id"));

    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.text("/code")).isEqualTo("own_key");
  }

  @Test
  void theSchemeIsNotCaseSensitiveTheKeyIs() {
    assertThat(
            api.send(
                    api.as(null)
                        .request("/v1/jobs")
                        .header("Authorization", "bearer " + ADMIN_KEY)
                        .GET())
                .status())
        .isEqualTo(200);
    assertThat(api.as(ADMIN_KEY.toUpperCase()).get("/v1/jobs").status()).isEqualTo(401);
    assertThat(
            api.send(
                    api.as(null)
                        .request("/v1/jobs")
                        .header("Authorization", "Basic " + ADMIN_KEY)
                        .GET())
                .status())
        .isEqualTo(401);
  }

  @Test
  void quotasOfAProjectAreChangedOneByOne() {
    Answer created = api.post("/v1/projects", "{\"name\": \"vision\", \"max_queued_jobs\": 5}");
    assertThat(created.status()).isEqualTo(201);
    String path = created.header("Location");
    assertThat(path).isEqualTo("/v1/projects/" + created.text("/id"));

    api.patch(path, "{\"max_running_jobs\": 2}");
    JsonNode changed = api.patch(path, "{\"max_stored_bytes\": 1000000}").json();

    assertThat(changed).isEqualTo(api.get(path).json());
    assertThat(changed.get("max_queued_jobs").intValue()).isEqualTo(5);
    assertThat(changed.get("max_running_jobs").intValue()).isEqualTo(2);
    assertThat(changed.get("max_stored_bytes").longValue()).isEqualTo(1_000_000);
    assertThat(api.post("/v1/projects", "{\"name\": \"vision\"}").text("/code"))
        .isEqualTo("name_taken");
  }

  @Test
  void projectsAndKeysArePaged() {
    for (int i = 0; i < 3; i++) {
      api.post("/v1/projects", "{\"name\": \"page-" + i + "\"}");
      api.post("/v1/keys", "{\"name\": \"page-" + i + "\"}");
    }

    for (String path : new String[] {"/v1/projects?limit=2", "/v1/keys?limit=2"}) {
      JsonNode first = api.get(path).json();
      JsonNode second = api.get(path + "&cursor=" + first.get("next_cursor").asString()).json();
      assertThat(first.at("/items/0/name").asString()).isEqualTo("page-2");
      assertThat(first.at("/items/1/name").asString()).isEqualTo("page-1");
      assertThat(second.at("/items/0/name").asString()).isEqualTo("page-0");
    }
  }

  private Api key(String scopes) {
    return api.as(
        api.post("/v1/keys", "{\"name\": \"k\", \"scopes\": [" + scopes + "]}").text("/key"));
  }
}
