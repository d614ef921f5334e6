package dev.gradkeeper.service.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminKeyTest {
  @TempDir private Path folder;
  private final List<ApiKey> stored = new ArrayList<>();
  private final ApiKeyRepository keys = mock(ApiKeyRepository.class);

  @BeforeEach
  void store() {
    when(keys.save(any(ApiKey.class)))
        .thenAnswer(
            call -> {
              stored.add(call.getArgument(0));
              return call.getArgument(0);
            });
    when(keys.findByKeyHash(any()))
        .thenAnswer(
            call ->
                stored.stream()
                    .filter(key -> Arrays.equals(key.keyHash, call.<byte[]>getArgument(0)))
                    .findFirst());
  }

  @Test
  void theFirstStartWritesAKeyThatOnlyTheOwnerCanRead() throws IOException {
    start("");

    Path file = folder.resolve("admin.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    String secret = Files.readString(file).strip();
    assertThat(stored).hasSize(1);
    assertThat(stored.getFirst().keyHash).isEqualTo(KeySecret.hash(secret));
    assertThat(stored.getFirst().scopes).containsExactly("read", "write", "admin");
  }

  @Test
  void theNextStartKeepsIt() throws IOException {
    start("");
    String secret = Files.readString(folder.resolve("admin.key"));

    start("");

    assertThat(Files.readString(folder.resolve("admin.key"))).isEqualTo(secret);
    assertThat(stored).hasSize(1);
  }

  @Test
  void aNewDatabaseLearnsTheKeyOfTheFile() throws IOException {
    start("");
    stored.clear();

    start("");

    assertThat(stored.getFirst().keyHash)
        .isEqualTo(KeySecret.hash(Files.readString(folder.resolve("admin.key")).strip()));
  }

  @Test
  void aKeyFromTheEnvironmentIsTakenAndNoFileWritten() throws IOException {
    start("from-the-environment-1");

    assertThat(folder.resolve("admin.key")).doesNotExist();
    assertThat(stored.getFirst().keyHash).isEqualTo(KeySecret.hash("from-the-environment-1"));
  }

  @Test
  void aShortKeyIsRefused() {
    assertThatThrownBy(() -> start("secret"))
        .hasMessage("GRADKEEPER_ADMIN_KEY needs at least 20 characters");
    assertThat(keys.findByKeyHash(KeySecret.hash("secret"))).isEqualTo(Optional.empty());
  }

  private void start(String configured) throws IOException {
    try (Home home = new Home(folder)) {
      new AdminKey(home, keys, Clock.systemUTC(), configured).afterSingletonsInstantiated();
    }
  }
}
