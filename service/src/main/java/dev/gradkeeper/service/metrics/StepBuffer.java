package dev.gradkeeper.service.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * The steps of one job between the training thread, which writes, and the flushing thread, which
 * reads. Bounded, without locks, and without garbage for the writer.
 *
 * <p>One thread may call {@link #offer}, one other {@link #chunks} and {@link #release}. Each
 * publishes through the volatile counter that it alone writes.
 */
final class StepBuffer {

  private final int mask;
  private final long[] step;
  private final long[] micros;
  private final int[] epoch;
  private final float[] loss;
  private final float[] gradNorm;
  private final float[] gradNormClipped;
  private final double[] lr;

  private volatile long written;
  private volatile long released;

  /**
   * @param capacity rounded up to a power of two
   */
  StepBuffer(int capacity) {
    int size = Integer.highestOneBit(Math.max(1, capacity - 1)) << 1;
    mask = size - 1;
    step = new long[size];
    micros = new long[size];
    epoch = new int[size];
    loss = new float[size];
    gradNorm = new float[size];
    gradNormClipped = new float[size];
    lr = new double[size];
  }

  /** False, and nothing changed, if the buffer is full. */
  boolean offer(
      long step,
      long micros,
      int epoch,
      float loss,
      float gradNorm,
      float gradNormClipped,
      double lr) {
    long position = written;
    if (position - released > mask) {
      return false;
    }
    int i = (int) position & mask;
    this.step[i] = step;
    this.micros[i] = micros;
    this.epoch[i] = epoch;
    this.loss[i] = loss;
    this.gradNorm[i] = gradNorm;
    this.gradNormClipped[i] = gradNormClipped;
    this.lr[i] = lr;
    written = position + 1;
    return true;
  }

  /** How many steps have been written so far. */
  long written() {
    return written;
  }

  /** How many of them have been released. */
  long released() {
    return released;
  }

  /** Steps that are written and not released. */
  int size() {
    return (int) (written - released);
  }

  /**
   * The oldest steps, as rows of the database; they stay until they are released.
   *
   * @param most rows
   * @param longest steps in a row
   * @param clips whether the clipped norm is kept
   */
  List<StepChunk> chunks(int most, int longest, boolean clips) {
    List<StepChunk> chunks = new ArrayList<>();
    long end = written;
    for (long from = released; from < end && chunks.size() < most; ) {
      int n = length(from, end, longest);
      chunks.add(chunk(from, n, clips));
      from += n;
    }
    return chunks;
  }

  void release(int steps) {
    released = released + steps;
  }

  /** How many neighbouring steps from one position on fit into a row. */
  private int length(long from, long end, int longest) {
    int first = (int) from & mask;
    int n = 1;
    while (n < longest && from + n < end) {
      int i = (int) (from + n) & mask;
      if (step[i] != step[first] + n || micros[i] - micros[first] > Integer.MAX_VALUE) {
        break;
      }
      n++;
    }
    return n;
  }

  private StepChunk chunk(long from, int n, boolean clips) {
    StepChunk chunk = new StepChunk(step[(int) from & mask], micros[(int) from & mask], n, clips);
    for (int k = 0; k < n; k++) {
      int i = (int) (from + k) & mask;
      chunk.dt()[k] = (int) (micros[i] - chunk.startMicros());
      chunk.epoch()[k] = epoch[i];
      chunk.loss()[k] = loss[i];
      chunk.gradNorm()[k] = gradNorm[i];
      chunk.lr()[k] = lr[i];
      if (clips) {
        chunk.gradNormClipped()[k] = gradNormClipped[i];
      }
    }
    return chunk;
  }
}
