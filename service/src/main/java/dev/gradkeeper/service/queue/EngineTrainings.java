package dev.gradkeeper.service.queue;

import dev.gradkeeper.engine.io.SafeTensors;
import dev.gradkeeper.engine.train.StoredImages;
import dev.gradkeeper.engine.train.TrainingFailedException;
import dev.gradkeeper.engine.train.TrainingListener;
import dev.gradkeeper.engine.train.TrainingResult;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
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
    TrainingSpec spec = TrainingSpecReader.read(json.readTree(job.spec()));
    if (job.datasetId() == null) {
      return new EngineTraining(spec, new TrainingRun(spec, StoredImages.NONE), null);
    }
    OpenDataset dataset = open(job);
    try {
      return new EngineTraining(spec, new TrainingRun(spec, dataset), dataset);
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

  private record EngineTraining(TrainingSpec spec, TrainingRun run, @Nullable OpenDataset dataset)
      implements Training {

    @Override
    public boolean clips() {
      return spec.gradients().clips();
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
