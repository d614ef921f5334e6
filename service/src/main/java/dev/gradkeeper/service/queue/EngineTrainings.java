package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.io.SafeTensors;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.train.Checkpoint;
import dev.gradkeeper.engine.train.StoredImages;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.service.checkpoints.CheckpointPolicy;
import dev.gradkeeper.service.datasets.Datasets;
import dev.gradkeeper.service.datasets.OpenDataset;
import dev.gradkeeper.service.devices.Gpus;
import dev.gradkeeper.service.jobs.TrainingSpecReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trains jobs on the engine. */
@Component
final class EngineTrainings implements Training.Source {

  private final JsonMapper json;
  private final Datasets datasets;
  private final Gpus gpus;

  EngineTrainings(JsonMapper json, Datasets datasets, Gpus gpus) {
    this.json = json;
    this.datasets = datasets;
    this.gpus = gpus;
  }

  @Override
  public Training prepare(ClaimedJob job) {
    JsonNode effective = json.readTree(job.spec());
    TrainingSpec spec = TrainingSpecReader.read(effective);
    CheckpointPolicy checkpoints = CheckpointPolicy.read(effective.get("checkpoint"));
    Holdings held = new Holdings();
    try {
      StoredImages images = job.datasetId() == null ? StoredImages.NONE : held.dataset(open(job));
      Device device = job.device().equals(JobQueue.CPU) ? CpuDevice.get() : held.gpu(gpu(job));
      TrainingRun run = new TrainingRun(spec, images, device, System::nanoTime);
      return new EngineTraining(spec, checkpoints, run, held);
    } catch (RuntimeException | Error e) {
      held.release();
      throw e;
    }
  }

  private AcceleratorSession gpu(ClaimedJob job) {
    return gpus.open(job.device(), job.lease().jobId(), job.memoryBytes());
  }

  private OpenDataset open(ClaimedJob job) {
    try {
      return datasets.open(job.projectId(), job.datasetId());
    } catch (NoSuchElementException e) {
      throw new TrainingFailedException("dataset_gone", e.getMessage());
    } catch (IOException e) {
      throw new TrainingFailedException("dataset_unreadable", e.getMessage());
    }
  }

  private record EngineTraining(
      TrainingSpec spec, CheckpointPolicy checkpoints, TrainingRun run, Holdings held)
      implements Training {

    @Override
    public boolean clips() {
      return spec.gradients().clips();
    }

    @Override
    public boolean evaluates() {
      return spec.evaluation() != null && spec.evaluation().everySteps() != null;
    }

    @Override
    public void restore(Checkpoint checkpoint) {
      try {
        run.restore(checkpoint);
      } catch (IllegalArgumentException e) {
        throw new TrainingFailedException("checkpoint_does_not_fit", e.getMessage());
      }
    }

    @Override
    public Checkpoint checkpoint() {
      return run.checkpoint();
    }

    @Override
    public TrainingResult run(TrainingListener listener, BooleanSupplier stopRequested) {
      return run.run(listener, stopRequested);
    }

    @Override
    public void writeModel(OutputStream out) throws IOException {
      new SafeTensors(run.parameters(), Map.of("format", "pt")).write(out);
    }

    @Override
    public void close() {
      held.release();
    }
  }

  /** What a training has open until it ends. */
  private static final class Holdings {
    private final Deque<Runnable> releases = new ArrayDeque<>();

    OpenDataset dataset(OpenDataset dataset) {
      releases.push(dataset::close);
      return dataset;
    }

    AcceleratorSession gpu(AcceleratorSession gpu) {
      releases.push(gpu::close);
      return gpu;
    }

    /** In reverse order. */
    void release() {
      releases.forEach(Runnable::run);
      releases.clear();
    }
  }
}
