package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.data.DataLoader;
import dev.gradkeeper.engine.data.Dataset;
import dev.gradkeeper.engine.data.Epoch;
import dev.gradkeeper.engine.data.EpochState;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.nn.Sequential;
import dev.gradkeeper.engine.optim.FlatParameters;
import dev.gradkeeper.engine.optim.Optimizer;
import dev.gradkeeper.engine.optim.Schedule;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.TrainingResult.Outcome;
import dev.gradkeeper.engine.train.spec.GradientSpec.OnNonfinite;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * One training run: PyTorch's loop, with the steps and draws in PyTorch's order.
 *
 * <ol>
 *   <li>The generator is seeded; generated data draws, then the model, then the loader.
 *   <li>For each micro-batch: gradients are zeroed if the spec says so and a new window begins;
 *       forward; the loss, divided by accumulation_steps, goes backward.
 *   <li>At the end of a window: the gradient norm is taken, gradients are clipped, the optimizer
 *       steps, the listener hears of it.
 * </ol>
 *
 * <p>Everything happens on the thread that calls {@link #run}, where the spec asks for more on
 * those of its own as well while this one waits; an instance runs once.
 */
public final class TrainingRun {
  private static final double NANOS_PER_SECOND = 1e9;

  private final TrainingSpec spec;
  private final LongSupplier nanoTime;
  private final Generator generator;
  private final Crew crew;
  private final DataLoader loader;
  private final Sequential model;
  private final TrainingStep work;
  private final Optimizer optimizer;
  private final Schedule schedule;
  private final Evaluator evaluator;
  private final Patience patience;
  private final ParameterRecorder recorder;
  private long totalSteps;

  private Epoch currentEpoch;
  private EpochState resumeAt;
  private long elapsedBefore;
  private long started;
  private long step;
  private int epoch;
  private int windowSize;
  private double windowLoss;
  private boolean evaluationDue;
  private Outcome outcome;
  private boolean stopped;

  /**
   * A run on the CPU.
   *
   * @param spec one in which {@link dev.gradkeeper.engine.train.spec.SpecCheck} found no problem
   * @param stored what the spec's dataset names; {@link StoredImages#NONE} if it names none
   */
  public TrainingRun(TrainingSpec spec, StoredImages stored) {
    this(spec, stored, CpuDevice.get(), System::nanoTime);
  }

  /**
   * @param nanoTime the clock of max_seconds
   */
  public TrainingRun(TrainingSpec spec, StoredImages stored, Device device, LongSupplier nanoTime) {
    this(spec, stored, new PlanningDevice(device), nanoTime, true);
  }

  /**
   * @param planned whether steps are recorded and repeated, or run eagerly each time
   */
  TrainingRun(
      TrainingSpec spec,
      StoredImages stored,
      PlanningDevice device,
      LongSupplier nanoTime,
      boolean planned) {
    this.spec = spec;
    this.nanoTime = nanoTime;
    this.generator = new Generator(spec.seed());
    Dataset dataset = DatasetBuilder.training(spec, stored, generator);
    this.model = new ModelBuilder(device, generator).build(spec.layers());
    this.crew = new Crew(spec.parallel().threads());
    this.loader = loader(dataset, generator, device);
    FlatParameters flat = planned ? new FlatParameters(model.parameters()) : null;
    this.optimizer =
        planned
            ? OptimizerBuilder.build(spec.optimizer(), flat)
            : OptimizerBuilder.build(spec.optimizer(), model.parameters());
    EagerStep eager =
        new EagerStep(
            model,
            new Criterion(spec.loss()),
            optimizer,
            spec.gradients(),
            spec.parallel().effectiveShards(loader.batchSize()));
    this.work = planned ? new PlannedStep(eager, device, optimizer, flat, crew) : eager;
    this.schedule = OptimizerBuilder.schedule(spec.schedule(), spec.optimizer().lr());
    this.evaluator =
        spec.evaluation() == null
            ? null
            : new Evaluator(
                model, spec.loss(), DatasetBuilder.evaluation(spec, stored, dataset), device);
    this.patience = new Patience(spec.stop().earlyStopping());
    this.recorder = new ParameterRecorder(spec.record(), model.namedParameters());
    this.totalSteps =
        spec.stop().totalSteps(loader.batches(), spec.gradients().accumulationSteps());
  }

  private DataLoader loader(Dataset dataset, Generator generator, Device device) {
    return DataLoader.of(dataset)
        .batchSize(spec.data().effectiveBatchSize(dataset.size()))
        .shuffle(spec.data().shuffle())
        .dropLast(spec.data().dropLast())
        .workers(spec.data().workers())
        .helpers(crew)
        .generator(generator)
        .device(device)
        .reuseBatches(true)
        .build();
  }

  /** Updates that the run makes, those before its checkpoint included, if nothing ends it early. */
  public long totalSteps() {
    return totalSteps;
  }

  /**
   * The model's parameters by name, in the order of the layers: {@code 0.weight}, {@code 0.bias}.
   */
  public Map<String, Tensor> parameters() {
    return model.namedParameters();
  }

  /**
   * Trains until the spec's end.
   *
   * @param stopRequested asked before each micro-batch; true ends the run with {@link
   *     Outcome#STOPPED}
   * @throws TrainingFailedException if a loss or gradient norm is not finite and on_nonfinite is
   *     fail
   */
  public TrainingResult run(TrainingListener listener, BooleanSupplier stopRequested) {
    started = nanoTime.getAsLong() - elapsedBefore;
    try {
      if (evaluationDue) {
        evaluateStep(listener, stopRequested);
      }
      while (outcome == null && !stopped) {
        trainEpoch(listener, stopRequested);
      }
      if (!stopped && evaluator != null && !isEvaluationStep()) {
        evaluate(listener, stopRequested);
      }
    } finally {
      crew.close();
    }
    return new TrainingResult(stopped ? Outcome.STOPPED : outcome, step, epoch);
  }

  private void trainEpoch(TrainingListener listener, BooleanSupplier stopRequested) {
    try (Epoch batches = beginEpoch()) {
      currentEpoch = batches;
      while (outcome == null && !stopped && batches.hasNext()) {
        if (stopRequested.getAsBoolean()) {
          stopped = true;
          return;
        }
        trainBatch(batches.next());
        if (windowSize == spec.gradients().accumulationSteps()) {
          update(listener);
          endStep(listener, stopRequested);
        }
        listener.onMicroBatchEnd(this);
      }
    }
  }

  private Epoch beginEpoch() {
    if (resumeAt == null) {
      epoch++;
      return loader.iterator();
    }
    EpochState state = resumeAt;
    resumeAt = null;
    return loader.resume(state);
  }

  /**
   * The state of this run between two micro-batches, or after it has ended or was stopped, to be
   * {@link #restore restored} into a new run of the same spec and data, which then goes on to the
   * same bits. Its tensors are the run's own: write it before the run goes on.
   */
  public Checkpoint checkpoint() {
    boolean gradientsCount = windowSize > 0 || spec.gradients().zeroGrad() == ZeroGrad.NEVER;
    return new Checkpoint(
        model.namedParameters(),
        optimizer.state(),
        gradientsCount ? gradients() : Map.of(),
        generator.getState(),
        new Checkpoint.Progress(
            step,
            epoch,
            currentEpoch == null ? resumeAt : currentEpoch.state(),
            windowSize,
            windowLoss,
            patience.best(),
            patience.without(),
            nanoTime.getAsLong() - started,
            evaluationDue,
            outcome));
  }

  private Map<String, Tensor> gradients() {
    Map<String, Tensor> gradients = new LinkedHashMap<>();
    model
        .namedParameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.grad() != null) {
                gradients.put(name, parameter.grad());
              }
            });
    return gradients;
  }

  /**
   * Puts this run, which has not begun, where the checkpoint was taken.
   *
   * @throws IllegalArgumentException if the checkpoint's tensors are not those of this model and
   *     optimizer, or its position is beyond the epoch's end
   */
  public void restore(Checkpoint checkpoint) {
    Map<String, Tensor> parameters = model.namedParameters();
    if (!checkpoint.parameters().keySet().equals(parameters.keySet())) {
      throw new IllegalArgumentException(
          "checkpoint: has the parameters %s, the model has %s"
              .formatted(checkpoint.parameters().keySet(), parameters.keySet()));
    }
    if (!parameters.keySet().containsAll(checkpoint.gradients().keySet())) {
      throw new IllegalArgumentException(
          "checkpoint: has gradients of %s, the model has the parameters %s"
              .formatted(checkpoint.gradients().keySet(), parameters.keySet()));
    }
    checkpoint.parameters().forEach((name, saved) -> parameters.get(name).copyFrom(saved));
    optimizer.loadState(checkpoint.optimizer());
    checkpoint
        .gradients()
        .forEach(
            (name, saved) -> {
              Tensor parameter = parameters.get(name);
              parameter.setGrad(
                  Tensor.empty(parameter.device(), parameter.dtype(), parameter.shape())
                      .copyFrom(saved));
            });
    generator.setState(checkpoint.generator());
    Checkpoint.Progress progress = checkpoint.progress();
    step = progress.step();
    epoch = progress.epoch();
    resumeAt = progress.position();
    totalSteps =
        spec.stop()
            .totalSteps(progress.reached(), loader.batches(), spec.gradients().accumulationSteps());
    windowSize = progress.windowSize();
    windowLoss = progress.windowLoss();
    patience.restore(progress.bestScore(), progress.evaluationsWithoutImprovement());
    elapsedBefore = progress.elapsedNanos();
    evaluationDue = progress.evaluationDue();
    outcome = progress.outcome();
  }

  private void trainBatch(Batch batch) {
    boolean zeroGrad = windowSize == 0 && spec.gradients().zeroGrad() == ZeroGrad.EACH_UPDATE;
    windowLoss += work.accumulate(batch, zeroGrad).item();
    windowSize++;
  }

  private void update(TrainingListener listener) {
    step++;
    float loss = (float) (windowLoss / windowSize);
    float norm = (float) work.gradNorm().item();
    boolean skip = !isFinite(loss, norm) && handleNonfinite(loss, norm);
    optimizer.setLr(schedule.lr(step));
    recorder.reportGradients(step, listener);
    float clipped = norm;
    if (!skip) {
      clipped = clip(norm);
      work.update();
    }
    windowSize = 0;
    windowLoss = 0;
    listener.onStep(step, epoch, loss, norm, optimizer.lr(), clipped);
    recorder.reportParameters(step, listener);
    if (spec.stop().lossBelow() != null && loss < spec.stop().lossBelow()) {
      outcome = Outcome.LOSS_REACHED;
    }
  }

  private static boolean isFinite(float loss, float norm) {
    return Float.isFinite(loss) && Float.isFinite(norm);
  }

  /** Whether the update is to be skipped. */
  private boolean handleNonfinite(float loss, float norm) {
    OnNonfinite policy = spec.gradients().onNonfinite();
    if (policy == OnNonfinite.FAIL) {
      boolean lossIsFinite = Float.isFinite(loss);
      throw new TrainingFailedException(
          lossIsFinite ? "nonfinite_gradient" : "nonfinite_loss",
          ("step %d: the %s is %s; the weights are those of step %d. A smaller learning rate or"
                  + " clip_norm may help, or set gradients.on_nonfinite to skip_step or ignore")
              .formatted(
                  step,
                  lossIsFinite ? "gradient norm" : "loss",
                  lossIsFinite ? norm : loss,
                  step - 1));
    }
    return policy == OnNonfinite.SKIP_STEP;
  }

  private float clip(float norm) {
    if (!spec.gradients().clips()) {
      return norm;
    }
    work.clip();
    return (float) work.gradNorm().item();
  }

  private void endStep(TrainingListener listener, BooleanSupplier stopRequested) {
    if (outcome == null && step >= totalSteps) {
      outcome = Outcome.COMPLETED;
    }
    evaluationDue = isEvaluationStep();
    if (evaluationDue) {
      evaluateStep(listener, stopRequested);
    }
    Double maxSeconds = spec.stop().maxSeconds();
    if (outcome == null
        && maxSeconds != null
        && nanoTime.getAsLong() - started >= maxSeconds * NANOS_PER_SECOND) {
      outcome = Outcome.TIME_UP;
    }
  }

  /** Stays due if it is stopped: a run that goes on from a checkpoint then begins with it. */
  private void evaluateStep(TrainingListener listener, BooleanSupplier stopRequested) {
    Evaluator.Scores scores = evaluate(listener, stopRequested);
    if (scores == null) {
      return;
    }
    evaluationDue = false;
    if (outcome == null && patience.isExhausted(scores)) {
      outcome = Outcome.EARLY_STOPPED;
    }
  }

  private boolean isEvaluationStep() {
    return evaluator != null
        && spec.evaluation().everySteps() != null
        && step % spec.evaluation().everySteps() == 0;
  }

  /** Null, and the run stopped, if that was requested meanwhile. */
  private Evaluator.Scores evaluate(TrainingListener listener, BooleanSupplier stopRequested) {
    Evaluator.Scores scores = evaluator.evaluate(stopRequested);
    if (scores == null) {
      stopped = true;
      return null;
    }
    listener.onValue("eval_loss", step, scores.loss());
    if (!Double.isNaN(scores.accuracy())) {
      listener.onValue("eval_accuracy", step, scores.accuracy());
    }
    return scores;
  }
}
