package dev.gradkeeper.service.web;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Ids such as {@code job_01jd8x4q5v7m9r2t6w8y0z1a3b}: a ULID in lower case behind its kind. They
 * begin with the time, so they sort by age, and end in 80 random bits, so they cannot be guessed.
 */
public final class PrefixedId {
  private static final char[] CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz".toCharArray();
  private static final int TIME_DIGITS = 10;
  private static final int RANDOM_DIGITS = 16;
  private static final SecureRandom RANDOM = new SecureRandom();

  private PrefixedId() {}

  /**
   * @param kind what stands before the underscore
   */
  public static String next(String kind, Instant time) {
    char[] digits = new char[TIME_DIGITS + RANDOM_DIGITS];
    long millis = time.toEpochMilli();
    for (int i = TIME_DIGITS - 1; i >= 0; i--, millis >>>= 5) {
      digits[i] = CROCKFORD[(int) millis & 31];
    }
    for (int i = 0; i < RANDOM_DIGITS; i++) {
      digits[TIME_DIGITS + i] = CROCKFORD[RANDOM.nextInt(32)];
    }
    return kind + "_" + new String(digits);
  }
}
