package dev.gradkeeper.benchmarks;

import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingRun;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.SynchronousQueue;

/**
 * A training run of Gradkeeper's engine on a thread of its own, held before the first batch of each
 * lap. It hears of every step's loss and gradient norm, as any listener does.
 */
public final class EngineLoop implements Candidate {
  private final BlockingQueue<Integer> starts = new SynchronousQueue<>();
  private final BlockingQueue<Lap> laps = new SynchronousQueue<>();
  private final Thread thread;

  /**
   * @param run one that goes on as long as laps are asked for
   */
  public EngineLoop(TrainingRun run) {
    Laps listener = new Laps();
    thread = Thread.ofPlatform().daemon().start(() -> run.run(listener, listener::waitForLap));
  }

  @Override
  public Lap run(int steps) {
    try {
      starts.put(steps);
      return laps.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  /** On the training thread. */
  private final class Laps implements TrainingListener {
    private int steps;
    private int left;
    private Stopwatch watch;

    /** Whether the run is to stop. */
    boolean waitForLap() {
      if (left == 0) {
        try {
          left = steps = starts.take();
          watch = new Stopwatch();
        } catch (InterruptedException closed) {
          return true;
        }
      }
      return false;
    }

    @Override
    public void onStep(
        long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
      if (--left == 0) {
        try {
          laps.put(watch.lap(steps, loss));
        } catch (InterruptedException closed) {
          throw new TrainingFailedException("closed", "the candidate was closed during a lap");
        }
      }
    }
  }
}
