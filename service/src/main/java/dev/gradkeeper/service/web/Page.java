package dev.gradkeeper.service.web;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list.
 *
 * @param nextCursor null at the end
 */
public record Page<T>(List<T> items, @Nullable String nextCursor) {

  /**
   * @param found up to {@code limit + 1} items, of which the last one only says that there are more
   */
  public static <T> Page<T> of(List<T> found, int limit, Function<T, Cursor> place) {
    if (found.size() <= limit) {
      return new Page<>(found, null);
    }
    List<T> items = found.subList(0, limit);
    return new Page<>(items, place.apply(items.getLast()).encode());
  }
}
