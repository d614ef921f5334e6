package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.io.SafeTensors;
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
import dev.gradkeeper.service.jobs.TrainingSpecReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Trains jobs on the engine. */
@Component
final class EngineTrainings implements Training.Source {

  private final JsonMapper json;
  private final Datasets datasets;

  EngineTrainings(JsonMapper json, Datasets datasets) {
    this.json = json;
    this.datasets = datasets;
  }

  @Override
  public Training prepare(ClaimedJob job) {
    JsonNode effective = json.readTree(job.spec());
    TrainingSpec spec = TrainingSpecReader.read(effective);
    CheckpointPolicy checkpoints = CheckpointPolicy.read(effective.get("checkpoint"));
    if (job.datasetId() == null) {
      return new EngineTraining(spec, checkpoints, new TrainingRun(spec, StoredImages.NONE), null);
    }
    OpenDataset dataset = open(job);
    try {
      return new EngineTraining(spec, checkpoints, new TrainingRun(spec, dataset), dataset);
    } catch (RuntimeException | Error e) {
      dataset.close();
      throw e;
    }
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
      TrainingSpec spec,
      CheckpointPolicy checkpoints,
      TrainingRun run,
      @Nullable OpenDataset dataset)
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
      if (dataset != null) {
        dataset.close();
      }
    }
  }
}
