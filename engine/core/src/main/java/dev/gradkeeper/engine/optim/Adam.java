package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Adam (Kingma and Ba 2015, arXiv:1412.6980), {@code torch.optim.Adam}. For the t-th update of a
 * parameter p with gradient g, negated if {@code maximize}:
 *
 * <pre>
 * g ← g + weightDecay·p
 * m ← β₁·m + (1 - β₁)·g
 * v ← β₂·v + (1 - β₂)·g²
 * p ← p - lr/(1 - β₁ᵗ) · m / (√v/√(1 - β₂ᵗ) + eps)
 * </pre>
 *
 * <p>The arithmetic is PyTorch's to the bit; see {@link dev.gradkeeper.engine.kernel.Kernels#adam}.
 */
public final class Adam extends Optimizer {
  private static final String STEP = "step";
  private static final String EXP_AVG = "exp_avg";
  private static final String EXP_AVG_SQ = "exp_avg_sq";

  /**
   * @param beta1 decay of the mean of the gradients
   * @param beta2 decay of the mean of their squares
   * @param eps added to the denominator
   * @param weightDecay L2 penalty
   */
  public record Options(
      double beta1, double beta2, double eps, double weightDecay, boolean maximize) {

    /** β = (0.9, 0.999), eps = 1e-8. */
    public static Options defaults() {
      return new Options(0.9, 0.999, 1e-8, 0, false);
    }

    public Options withBetas(double first, double second) {
      return new Options(first, second, eps, weightDecay, maximize);
    }

    public Options withEps(double value) {
      return new Options(beta1, beta2, value, weightDecay, maximize);
    }

    public Options withWeightDecay(double value) {
      return new Options(beta1, beta2, eps, value, maximize);
    }

    public Options withMaximize(boolean value) {
      return new Options(beta1, beta2, eps, weightDecay, value);
    }
  }

  private final Options options;
  private final AdamStep[] steps;
  private final Tensor[] expAvg;
  private final Tensor[] expAvgSq;

  public Adam(List<Tensor> parameters, double lr) {
    this(parameters, lr, Options.defaults());
  }

  /**
   * @throws IllegalArgumentException if there are no parameters, a number is negative or not
   *     finite, or a beta is not below 1
   */
  public Adam(List<Tensor> parameters, double lr, Options options) {
    this(parameters, null, lr, options);
  }

  /** As above, all parameters by one call. */
  public Adam(FlatParameters parameters, double lr, Options options) {
    this(List.of(parameters.values()), parameters, lr, options);
  }

  private Adam(List<Tensor> parameters, FlatParameters flat, double lr, Options options) {
    super(parameters, flat, lr);
    requireValid(options);
    this.options = options;
    this.steps = new AdamStep[parameters.size()];
    Arrays.setAll(steps, _ -> newStep());
    this.expAvg = new Tensor[parameters.size()];
    this.expAvgSq = new Tensor[parameters.size()];
  }

  private void requireValid(Options options) {
    requireBeta("beta1", options.beta1());
    requireBeta("beta2", options.beta2());
    requireNotNegative("eps", options.eps());
    requireNotNegative("weightDecay", options.weightDecay());
  }

  private static void requireBeta(String name, double beta) {
    if (!(beta >= 0 && beta < 1)) {
      throw new IllegalArgumentException(
          "Adam: %s must be at least 0 and below 1, got %s".formatted(name, beta));
    }
  }

  private AdamStep newStep() {
    AdamStep step = new AdamStep();
    step.beta1 = options.beta1();
    step.beta2 = options.beta2();
    step.eps = options.eps();
    step.weightDecay = options.weightDecay();
    step.maximize = options.maximize();
    return step;
  }

  @Override
  void advance(int index) {
    if (expAvg[index] == null) {
      expAvg[index] = zerosLike(parameters.get(index));
      expAvgSq[index] = zerosLike(parameters.get(index));
    }
    steps[index].lr = lr();
    steps[index].step++;
  }

  @Override
  void enqueue(int index, Tensor parameter, Tensor gradient) {
    parameter
        .device()
        .kernels()
        .adam(
            steps[index],
            parameter.view(),
            gradient.view(),
            expAvg[index].view(),
            expAvgSq[index].view());
  }

  /** The number of updates is a float64 without dimensions. */
  @Override
  void collectState(int index, String prefix, Map<String, Tensor> state) {
    if (expAvg[index] != null) {
      state.put(prefix + STEP, Tensor.full(steps[index].step, DType.FLOAT64));
      state.put(prefix + EXP_AVG, expAvg[index]);
      state.put(prefix + EXP_AVG_SQ, expAvgSq[index]);
    }
  }

  @Override
  void restoreState(int index, String prefix, Map<String, Tensor> state) {
    Tensor parameter = parameters.get(index);
    Tensor step = state.remove(prefix + STEP);
    expAvg[index] = restored(prefix + EXP_AVG, parameter, state);
    expAvgSq[index] = restored(prefix + EXP_AVG_SQ, parameter, state);
    if ((step == null) != (expAvg[index] == null) || (step == null) != (expAvgSq[index] == null)) {
      throw new IllegalArgumentException(
          "Adam: the state of parameter %d lacks one of %s, %s, %s"
              .formatted(index, STEP, EXP_AVG, EXP_AVG_SQ));
    }
    steps[index].step = step == null ? 0 : (long) step.item();
  }
}
