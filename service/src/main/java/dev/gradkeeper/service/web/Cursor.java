package dev.gradkeeper.service.web;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gradkeeper.service.web.model.FieldError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The place after one item of a list that is sorted by time of creation and id, latest first;
 * opaque to clients. Items that come or go elsewhere do not move it.
 */
public record Cursor(Instant createdAt, String id) {
  private static final Cursor FIRST = new Cursor(Instant.parse("9999-01-01T00:00:00Z"), "");

  /** As clients see it. */
  public String encode() {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, createdAt);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((micros + " " + id).getBytes(UTF_8));
  }

  /**
   * @param text null for the place before the first item
   * @throws ProblemException 400, if it is not one of ours
   */
  public static Cursor decodeOrFirst(@Nullable String text) {
    if (text == null) {
      return FIRST;
    }
    try {
      String[] parts = new String(Base64.getUrlDecoder().decode(text), UTF_8).split(" ", 2);
      Instant createdAt = Instant.EPOCH.plus(Long.parseLong(parts[0]), ChronoUnit.MICROS);
      if (parts.length == 2
          && Texts.storable(parts[1])
          && !createdAt.isAfter(FIRST.createdAt)
          && !createdAt.isBefore(Instant.EPOCH)) {
        return new Cursor(createdAt, parts[1]);
      }
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      // Not one of ours: refused below.
    }
    throw ProblemException.invalid(
        List.of(
            new FieldError("?cursor", "malformed", "Must be the next_cursor of the page before.")));
  }
}
