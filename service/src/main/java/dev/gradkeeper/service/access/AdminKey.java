package dev.gradkeeper.service.access;

import dev.gradkeeper.service.startup.Home;
import dev.gradkeeper.service.web.PrefixedId;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Sees to it before the first request that there is a key to begin with: {@code
 * GRADKEEPER_ADMIN_KEY}, or the one in {@code admin.key} in the home folder, which is made on first
 * start. Whoever loses the file deletes it and restarts.
 */
@Component
class AdminKey implements SmartInitializingSingleton {
  /** Shorter ones could be guessed. */
  private static final int MIN_LENGTH = 20;

  private static final String FILE = "admin.key";
  private static final Logger log = LoggerFactory.getLogger(AdminKey.class);

  private final Home home;
  private final ApiKeyRepository keys;
  private final Clock clock;
  private final String configured;

  AdminKey(
      Home home,
      ApiKeyRepository keys,
      Clock clock,
      @Value("${gradkeeper.admin-key:}") String configured) {
    if (!configured.isEmpty() && configured.length() < MIN_LENGTH) {
      throw new IllegalArgumentException(
          "GRADKEEPER_ADMIN_KEY needs at least %d characters".formatted(MIN_LENGTH));
    }
    this.home = home;
    this.keys = keys;
    this.clock = clock;
    this.configured = configured;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (configured.isEmpty()) {
      ensure(home.secret(FILE, KeySecret::next), FILE);
      log.info("The admin key is in {}", home.resolve(FILE));
    } else {
      ensure(configured, "GRADKEEPER_ADMIN_KEY");
      log.info("The admin key is GRADKEEPER_ADMIN_KEY");
    }
  }

  private void ensure(String secret, String name) {
    byte[] hash = KeySecret.hash(secret);
    if (keys.findByKeyHash(hash).isPresent()) {
      return;
    }
    ApiKey key = new ApiKey();
    key.createdAt = clock.instant();
    key.id = PrefixedId.next("key", key.createdAt);
    key.projectId = Project.DEFAULT;
    key.name = name;
    key.keyHash = hash;
    key.scopes = List.of("read", "write", "admin");
    keys.save(key);
  }
}
