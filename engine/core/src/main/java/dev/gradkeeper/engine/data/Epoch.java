package dev.gradkeeper.engine.data;

import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * One pass over a {@link DataLoader}'s dataset. Threads that read ahead end with the epoch, with
 * {@link #close}, and when the reader is interrupted.
 */
public final class Epoch implements Iterator<Batch>, AutoCloseable {
  private final DataLoader loader;
  private boolean started;
  private long seed;
  private int position;
  private BatchReader reader;

  Epoch(DataLoader loader) {
    this.loader = loader;
  }

  Epoch(DataLoader loader, EpochState state) {
    this.loader = loader;
    this.started = true;
    this.seed = state.seed();
    this.position = state.position();
  }

  /** The next epoch as this object. */
  Epoch restart() {
    close();
    started = false;
    position = 0;
    return this;
  }

  /** PyTorch's sampler draws its seed at the first batch, not when the epoch begins. */
  private void start() {
    if (!started) {
      started = true;
      seed = loader.drawSeed();
    }
  }

  /** Where this epoch stands now. */
  public EpochState state() {
    start();
    return new EpochState(seed, position);
  }

  @Override
  public boolean hasNext() {
    start();
    return position < loader.batches();
  }

  /**
   * The next batch.
   *
   * @throws java.util.concurrent.CancellationException if the thread is interrupted while it waits
   *     for a worker; its interrupt status stays set
   */
  @Override
  public Batch next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the epoch has ended");
    }
    if (reader == null) {
      reader = loader.reader(seed, position);
    }
    Batch batch = loader.allocate(loader.samples(position));
    try {
      reader.read(position, batch);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    position++;
    if (position == loader.batches()) {
      close();
    }
    return batch;
  }

  /** Ends the threads that read ahead. The epoch may still go on, with new ones. */
  @Override
  public void close() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }
}
