package dev.gradkeeper.service.access;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * The text of a key: 256 random bits. They need no slow hash: guessing one of 2^256 is hopeless.
 */
final class KeySecret {
  private static final SecureRandom RANDOM = new SecureRandom();

  private KeySecret() {}

  static String next() {
    byte[] bits = new byte[32];
    RANDOM.nextBytes(bits);
    return "gk_" + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
  }

  /** What is stored of it. */
  static byte[] hash(String key) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
