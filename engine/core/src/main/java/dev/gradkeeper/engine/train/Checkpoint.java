package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.EpochState;
import dev.gradkeeper.engine.io.SafeTensors;
import dev.gradkeeper.engine.io.SafeTensorsException;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.Reached;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Everything that a run depends on from some micro-batch on. It is stored as one safetensors file:
 * tensors {@code model.*}, {@code optimizer.*}, {@code gradient.*} and {@code generator}, and as
 * metadata the progress and the version of this format.
 *
 * @param optimizer as {@link dev.gradkeeper.engine.optim.Optimizer#state}
 * @param gradients those that the next micro-batch adds to; none where it begins a window
 * @param generator as {@link dev.gradkeeper.engine.random.Generator#getState}
 */
public record Checkpoint(
    Map<String, Tensor> parameters,
    Map<String, Tensor> optimizer,
    Map<String, Tensor> gradients,
    byte[] generator,
    Progress progress) {
  private static final String MODEL = "model.";
  private static final String OPTIMIZER = "optimizer.";
  private static final String GRADIENT = "gradient.";
  private static final String GENERATOR = "generator";
  private static final String FORMAT_KEY = "format";
  private static final String FORMAT = "gradkeeper-checkpoint-1";

  /**
   * Where a run stands.
   *
   * @param step updates made
   * @param epoch the one under way, from 1
   * @param position in that epoch
   * @param windowSize micro-batches of the accumulation window so far
   * @param windowLoss sum of their losses
   * @param bestScore of early stopping; NaN before the first evaluation
   * @param elapsedNanos that count for max_seconds
   * @param evaluationDue whether the evaluation that the step calls for is yet to be made
   * @param outcome how the run ended; null while it goes on
   */
  public record Progress(
      long step,
      int epoch,
      EpochState position,
      int windowSize,
      double windowLoss,
      double bestScore,
      int evaluationsWithoutImprovement,
      long elapsedNanos,
      boolean evaluationDue,
      TrainingResult.Outcome outcome) {

    /** How far the run has come. */
    public Reached reached() {
      return new Reached(step, epoch, position.position(), windowSize);
    }

    private Map<String, String> toMetadata() {
      Map<String, String> metadata = new LinkedHashMap<>();
      metadata.put("step", Long.toString(step));
      metadata.put("epoch", Integer.toString(epoch));
      metadata.put("sampler_seed", Long.toString(position.seed()));
      metadata.put("position", Integer.toString(position.position()));
      metadata.put("window_size", Integer.toString(windowSize));
      metadata.put("window_loss", Double.toHexString(windowLoss));
      metadata.put("best_score", Double.toHexString(bestScore));
      metadata.put(
          "evaluations_without_improvement", Integer.toString(evaluationsWithoutImprovement));
      metadata.put("elapsed_nanos", Long.toString(elapsedNanos));
      metadata.put("evaluation_due", Boolean.toString(evaluationDue));
      if (outcome != null) {
        metadata.put("outcome", outcome.name());
      }
      return metadata;
    }

    /**
     * @throws IllegalArgumentException if a number is missing, none, or out of its range
     */
    private static Progress of(Map<String, String> metadata) {
      String outcome = metadata.get("outcome");
      Progress progress = parse(metadata, outcome);
      if (progress.step < 0
          || progress.epoch < 0
          || progress.position.position() < 0
          || progress.windowSize < 0
          || progress.evaluationsWithoutImprovement < 0
          || progress.elapsedNanos < 0) {
        throw new IllegalArgumentException("a negative number");
      }
      return progress;
    }

    private static Progress parse(Map<String, String> metadata, String outcome) {
      return new Progress(
          Long.parseLong(metadata.get("step")),
          Integer.parseInt(metadata.get("epoch")),
          new EpochState(
              Long.parseLong(metadata.get("sampler_seed")),
              Integer.parseInt(metadata.get("position"))),
          Integer.parseInt(metadata.get("window_size")),
          Double.parseDouble(metadata.get("window_loss")),
          Double.parseDouble(metadata.get("best_score")),
          Integer.parseInt(metadata.get("evaluations_without_improvement")),
          Long.parseLong(metadata.get("elapsed_nanos")),
          Boolean.parseBoolean(metadata.get("evaluation_due")),
          outcome == null ? null : TrainingResult.Outcome.valueOf(outcome));
    }
  }

  /**
   * The same weights, state of the optimizer and of the generator, as the beginning of another run:
   * its time and its patience are its own, and that this one had ended does not matter.
   *
   * @param reached where it begins: here, or where another accumulation window or epoch begins
   */
  public Checkpoint asBeginning(Reached reached) {
    boolean sameWindow = reached.windowSize() == progress.windowSize;
    Progress beginning =
        new Progress(
            reached.step(),
            reached.epoch(),
            new EpochState(progress.position.seed(), reached.batches()),
            reached.windowSize(),
            sameWindow ? progress.windowLoss : 0,
            Double.NaN,
            0,
            0,
            false,
            null);
    return new Checkpoint(parameters, optimizer, gradients, generator, beginning);
  }

  /** Writes the file; the stream is not closed. */
  public void write(OutputStream out) throws IOException {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    parameters.forEach((name, tensor) -> tensors.put(MODEL + name, tensor));
    optimizer.forEach((name, tensor) -> tensors.put(OPTIMIZER + name, tensor));
    gradients.forEach((name, tensor) -> tensors.put(GRADIENT + name, tensor));
    tensors.put(GENERATOR, bytes(generator));
    Map<String, String> metadata = progress.toMetadata();
    metadata.put(FORMAT_KEY, FORMAT);
    new SafeTensors(tensors, metadata).write(out);
  }

  /**
   * Reads a whole file.
   *
   * @throws SafeTensorsException if it is not a safetensors file, not of this version of the
   *     format, lacks what a checkpoint has, or has tensors that a checkpoint has not
   */
  public static Checkpoint read(ByteBuffer file) throws SafeTensorsException {
    SafeTensors read = SafeTensors.read(file);
    String format = read.metadata().get(FORMAT_KEY);
    if (!FORMAT.equals(format)) {
      throw new SafeTensorsException(
          "checkpoint: the format is %s, only %s can be read".formatted(format, FORMAT));
    }
    for (String name : read.tensors().keySet()) {
      if (!name.matches("(model|optimizer|gradient)\\..+|generator")) {
        throw new SafeTensorsException("checkpoint: unknown tensor '%s'".formatted(name));
      }
    }
    Tensor generator = read.tensors().get(GENERATOR);
    if (generator == null || generator.dtype() != DType.UINT8) {
      throw new SafeTensorsException("checkpoint: there is no state of the generator");
    }
    try {
      return new Checkpoint(
          named(read, MODEL),
          named(read, OPTIMIZER),
          named(read, GRADIENT),
          bytes(generator),
          Progress.of(read.metadata()));
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new SafeTensorsException("checkpoint: its progress is missing or broken");
    }
  }

  /** The tensors whose names begin with {@code prefix}, by the rest of their names. */
  private static Map<String, Tensor> named(SafeTensors file, String prefix) {
    Map<String, Tensor> named = new LinkedHashMap<>();
    file.tensors()
        .forEach(
            (name, tensor) -> {
              if (name.startsWith(prefix)) {
                named.put(name.substring(prefix.length()), tensor);
              }
            });
    return named;
  }

  private static Tensor bytes(byte[] values) {
    Device cpu = CpuDevice.get();
    Tensor tensor = Tensor.empty(cpu, DType.UINT8, values.length);
    cpu.write(values, 0, tensor.view().storage(), 0, values.length);
    return tensor;
  }

  private static byte[] bytes(Tensor tensor) {
    byte[] values = new byte[tensor.count()];
    tensor.device().read(tensor.view().storage(), 0, values, 0, values.length);
    return values;
  }
}
