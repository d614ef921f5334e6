package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Gradient descent with momentum, {@code torch.optim.SGD}. For a parameter p with gradient g,
 * negated if {@code maximize}:
 *
 * <pre>
 * g ← g + weightDecay·p
 * b ← g at the first update, else momentum·b + (1 - dampening)·g
 * d ← b, or g + momentum·b if nesterov, or g without momentum
 * p ← p - lr·d
 * </pre>
 *
 * <p>The arithmetic is PyTorch's to the bit; see {@link dev.gradkeeper.engine.kernel.Kernels#sgd}.
 */
public final class SGD extends Optimizer {
  private static final String BUFFER = "momentum_buffer";

  /**
   * @param momentum share of the previous direction that is kept
   * @param dampening share of the gradient that is left out of the momentum
   * @param weightDecay L2 penalty
   */
  public record Options(
      double momentum, double dampening, double weightDecay, boolean nesterov, boolean maximize) {

    /** Plain descent. */
    public static Options defaults() {
      return new Options(0, 0, 0, false, false);
    }

    public Options withMomentum(double value) {
      return new Options(value, dampening, weightDecay, nesterov, maximize);
    }

    public Options withDampening(double value) {
      return new Options(momentum, value, weightDecay, nesterov, maximize);
    }

    public Options withWeightDecay(double value) {
      return new Options(momentum, dampening, value, nesterov, maximize);
    }

    public Options withNesterov(boolean value) {
      return new Options(momentum, dampening, weightDecay, value, maximize);
    }

    public Options withMaximize(boolean value) {
      return new Options(momentum, dampening, weightDecay, nesterov, value);
    }
  }

  private final Options options;
  private final SgdStep[] steps;
  private final Tensor[] buffers;

  /** Plain descent: p ← p - lr·g. */
  public SGD(List<Tensor> parameters, double lr) {
    this(parameters, lr, Options.defaults());
  }

  /** With momentum. */
  public SGD(List<Tensor> parameters, double lr, double momentum) {
    this(parameters, lr, Options.defaults().withMomentum(momentum));
  }

  /**
   * @throws IllegalArgumentException if there are no parameters, a number is negative or not
   *     finite, or Nesterov's variant is asked for without momentum or with dampening
   */
  public SGD(List<Tensor> parameters, double lr, Options options) {
    this(parameters, null, lr, options);
  }

  /** As above, all parameters by one call. */
  public SGD(FlatParameters parameters, double lr, Options options) {
    this(List.of(parameters.values()), parameters, lr, options);
  }

  private SGD(List<Tensor> parameters, FlatParameters flat, double lr, Options options) {
    super(parameters, flat, lr);
    requireValid(options);
    this.options = options;
    this.steps = new SgdStep[parameters.size()];
    Arrays.setAll(steps, _ -> newStep());
    this.buffers = new Tensor[parameters.size()];
  }

  private void requireValid(Options options) {
    requireNotNegative("momentum", options.momentum());
    requireNotNegative("weightDecay", options.weightDecay());
    if (!Double.isFinite(options.dampening())) {
      throw new IllegalArgumentException(
          "SGD: dampening must be finite, got " + options.dampening());
    }
    if (options.nesterov() && (options.momentum() == 0 || options.dampening() != 0)) {
      throw new IllegalArgumentException(
          "SGD: nesterov needs a momentum and no dampening, got momentum %s and dampening %s"
              .formatted(options.momentum(), options.dampening()));
    }
  }

  private SgdStep newStep() {
    SgdStep step = new SgdStep();
    step.momentum = options.momentum();
    step.dampening = options.dampening();
    step.weightDecay = options.weightDecay();
    step.nesterov = options.nesterov();
    step.maximize = options.maximize();
    return step;
  }

  @Override
  void advance(int index) {
    SgdStep step = steps[index];
    step.lr = lr();
    step.first = step.momentum != 0 && buffers[index] == null;
    if (step.first) {
      buffers[index] = zerosLike(parameters.get(index));
    }
  }

  @Override
  void enqueue(int index, Tensor parameter, Tensor gradient) {
    Tensor buffer = buffers[index];
    parameter
        .device()
        .kernels()
        .sgd(
            steps[index], parameter.view(), gradient.view(), buffer == null ? null : buffer.view());
  }

  @Override
  void collectState(int index, String prefix, Map<String, Tensor> state) {
    if (buffers[index] != null) {
      state.put(prefix + BUFFER, buffers[index]);
    }
  }

  @Override
  void restoreState(int index, String prefix, Map<String, Tensor> state) {
    buffers[index] = restored(prefix + BUFFER, parameters.get(index), state);
  }
}
