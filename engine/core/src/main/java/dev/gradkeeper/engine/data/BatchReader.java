package dev.gradkeeper.engine.data;

import dev.gradkeeper.engine.kernel.View;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Reads the batches of an epoch in order. */
sealed interface BatchReader {
  /** Fills {@code batch} with batch number {@code position}, the one after the last one read. */
  void read(int position, Batch batch);

  void close();

  /** While the caller waits, who may have helpers: large batches are read in parts. */
  final class Direct implements BatchReader {
    /** Numbers for which it pays to wake a helper. */
    private static final int WORTH_A_PART = 1 << 14;

    private final DataLoader loader;
    private final SampleReader reader;
    private final int[] order;
    private final Part[] parts;
    private Staging staging;
    private boolean isRead;

    Direct(DataLoader loader, int[] order) {
      this.loader = loader;
      this.reader = loader.sampleReader();
      this.order = order;
      this.parts = new Part[loader.helpers().threads()];
      Arrays.setAll(parts, _ -> new Part());
    }

    @Override
    public void read(int position, Batch batch) {
      if (isRead && loader.isOneBatch()) {
        return;
      }
      View inputs = batch.inputs().view();
      View targets = batch.targets().view();
      if (inputs.storage().array() instanceof float[] array) {
        read(position, array, inputs.offset(), targets.storage().array(), targets.offset());
        batch.inputs().markModified();
        batch.targets().markModified();
      } else {
        staging = staging == null ? loader.stage() : staging;
        read(position, staging.inputs, 0, staging.targets, 0);
        staging.writeTo(batch);
      }
      isRead = true;
    }

    private void read(int position, float[] inputs, int inputsAt, Object targets, int targetsAt) {
      int from = position * loader.batchSize();
      int samples = loader.samples(position);
      if (parts.length == 1 || (long) samples * reader.inputSize() < 2 * WORTH_A_PART) {
        reader.read(order, from, 0, samples, inputs, inputsAt, targets, targetsAt);
        return;
      }
      for (int i = 0; i < parts.length; i++) {
        Part part = parts[i];
        part.from = from;
        part.start = (int) ((long) samples * i / parts.length);
        part.end = (int) ((long) samples * (i + 1) / parts.length);
        part.inputs = inputs;
        part.inputsAt = inputsAt;
        part.targets = targets;
        part.targetsAt = targetsAt;
      }
      loader.helpers().run(parts);
    }

    @Override
    public void close() {}

    private final class Part implements Runnable {
      private int from;
      private int start;
      private int end;
      private float[] inputs;
      private int inputsAt;
      private Object targets;
      private int targetsAt;

      @Override
      public void run() {
        reader.read(order, from, start, end, inputs, inputsAt, targets, targetsAt);
      }
    }
  }

  /** In threads of its own, two batches ahead for each. Only the caller's thread draws numbers. */
  final class Prefetching implements BatchReader {
    private static final int BATCHES_PER_WORKER = 2;
    private static final long IDLE_SECONDS = 5;

    private final DataLoader loader;
    private final int[] order;
    private final ThreadPoolExecutor threads;
    private final ArrayDeque<Future<Staging>> pending = new ArrayDeque<>();
    private int ahead;

    Prefetching(DataLoader loader, int workers, int[] order, int position) {
      this.loader = loader;
      this.order = order;
      this.ahead = position;
      threads =
          new ThreadPoolExecutor(
              workers,
              workers,
              IDLE_SECONDS,
              TimeUnit.SECONDS,
              new LinkedBlockingQueue<>(),
              Thread.ofPlatform().name("loader-", 0).daemon().factory());
      // An epoch that is dropped half-way without being closed leaves no thread behind.
      threads.allowCoreThreadTimeOut(true);
      int slots = Math.min(workers * BATCHES_PER_WORKER, loader.batches() - position);
      for (int i = 0; i < slots; i++) {
        submit(loader.stage());
      }
    }

    private void submit(Staging staging) {
      int batch = ahead++;
      pending.add(
          threads.submit(
              () -> staging.fill(order, batch * loader.batchSize(), loader.samples(batch))));
    }

    @Override
    public void read(int position, Batch batch) {
      Staging staging;
      try {
        staging = pending.remove().get();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CancellationException("interrupted while waiting for a batch");
      } catch (ExecutionException e) {
        throw new IllegalStateException(
            "batch %d cannot be read".formatted(position), e.getCause());
      }
      staging.writeTo(batch);
      if (ahead < loader.batches()) {
        submit(staging);
      }
    }

    @Override
    public void close() {
      threads.shutdownNow();
    }
  }
}
