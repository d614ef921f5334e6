package dev.gradkeeper.service.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Like {@link StepBuffer}, for the values of all other series of a job: each with its series and
 * step.
 */
final class PointBuffer {

  private final int mask;
  private final int[] series;
  private final long[] step;
  private final float[] value;

  private final Map<String, Integer> numbers = new HashMap<>();
  private final List<String> names = new ArrayList<>();

  private volatile long written;
  private volatile long released;

  /**
   * @param capacity rounded up to a power of two
   */
  PointBuffer(int capacity) {
    int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
    mask = size - 1;
    series = new int[size];
    step = new long[size];
    value = new float[size];
  }

  /** False, and nothing changed, if the buffer is full. */
  boolean offer(String name, long step, float value) {
    long position = written;
    if (position - released > mask) {
      return false;
    }
    int i = (int) position & mask;
    series[i] = number(name);
    this.step[i] = step;
    this.value[i] = value;
    written = position + 1;
    return true;
  }

  private int number(String name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    synchronized (names) {
      names.add(name);
    }
    numbers.put(name, numbers.size());
    return numbers.size() - 1;
  }

  int size() {
    return (int) (written - released);
  }

  /**
   * The oldest points, up to a number, a row for each series; they stay until they are released.
   */
  List<SeriesChunk> chunks(int points) {
    String[] known;
    synchronized (names) {
      known = names.toArray(String[]::new);
    }
    long from = released;
    int[] sizes = new int[known.length];
    for (int k = 0; k < points; k++) {
      sizes[series[(int) (from + k) & mask]]++;
    }
    long[][] steps = new long[known.length][];
    float[][] values = new float[known.length][];
    for (int s = 0; s < known.length; s++) {
      steps[s] = new long[sizes[s]];
      values[s] = new float[sizes[s]];
    }
    int[] filled = new int[known.length];
    for (int k = 0; k < points; k++) {
      int i = (int) (from + k) & mask;
      int s = series[i];
      steps[s][filled[s]] = step[i];
      values[s][filled[s]++] = value[i];
    }
    return IntStream.range(0, known.length)
        .filter(s -> sizes[s] > 0)
        .mapToObj(s -> SeriesChunk.of(known[s], steps[s], values[s]))
        .toList();
  }

  void release(int points) {
    released = released + points;
  }
}
