package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes parameters by their gradients, as {@code torch.optim.Optimizer}: {@link #zeroGrad},
 * {@code backward} and {@link #step} are separate calls in any order. A parameter whose gradient is
 * absent is skipped; one whose gradient is zero still moves by momentum and weight decay.
 */
public abstract class Optimizer {
  final List<Tensor> parameters;
  private double lr;

  Optimizer(List<Tensor> parameters, double lr) {
    this.parameters = List.copyOf(parameters);
    if (this.parameters.isEmpty()) {
      throw new IllegalArgumentException(name() + ": no parameters");
    }
    setLr(lr);
  }

  /** One update of every parameter that has a gradient. */
  public final void step() {
    advance();
    for (int i = 0; i < parameters.size(); i++) {
      Tensor parameter = parameters.get(i);
      if (parameter.grad() != null) {
        enqueue(i, parameter, parameter.grad());
        parameter.markModified();
      }
    }
  }

  /**
   * Counts an update and sets its learning rate without making it: to be called before a recorded
   * {@link #step} is run again.
   */
  public final void advance() {
    for (int i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).grad() != null) {
        advance(i);
      }
    }
  }

  /** Sets the hyper-parameters of this parameter's next update. */
  abstract void advance(int index);

  abstract void enqueue(int index, Tensor parameter, Tensor gradient);

  /** Removes the gradients of all parameters: {@code zero_grad()} of PyTorch 2. */
  public final void zeroGrad() {
    zeroGrad(true);
  }

  /** Removes the gradients of all parameters, or fills them with zeros. */
  public final void zeroGrad(boolean setToNone) {
    for (Tensor parameter : parameters) {
      parameter.zeroGrad(setToNone);
    }
  }

  /** The learning rate of the next {@link #step}. */
  public final double lr() {
    return lr;
  }

  /**
   * @throws IllegalArgumentException unless {@code lr} is finite and not negative
   */
  public final void setLr(double lr) {
    requireNotNegative("lr", lr);
    this.lr = lr;
  }

  /**
   * What the optimizer remembers, to be saved with the parameters: tensors named by the number of
   * their parameter and PyTorch's word, {@code 0.momentum_buffer}. They are the optimizer's own,
   * not copies.
   */
  public final Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (int i = 0; i < parameters.size(); i++) {
      collectState(i, i + ".", state);
    }
    return state;
  }

  abstract void collectState(int index, String prefix, Map<String, Tensor> state);

  /**
   * Goes on from what {@link #state} gave for the same parameters; values are copied.
   *
   * @throws IllegalArgumentException if a name is unknown, one of a parameter's is missing, or a
   *     shape is not that of its parameter
   */
  public final void loadState(Map<String, Tensor> state) {
    Map<String, Tensor> rest = new LinkedHashMap<>(state);
    for (int i = 0; i < parameters.size(); i++) {
      restoreState(i, i + ".", rest);
    }
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("%s: unknown state %s".formatted(name(), rest.keySet()));
    }
  }

  /** Takes the entries of one parameter out of {@code state}. */
  abstract void restoreState(int index, String prefix, Map<String, Tensor> state);

  /** The entry {@code key} as a new tensor like {@code parameter}, or null if there is none. */
  final Tensor restored(String key, Tensor parameter, Map<String, Tensor> state) {
    Tensor saved = state.remove(key);
    if (saved == null) {
      return null;
    }
    if (!java.util.Arrays.equals(saved.shape(), parameter.shape())) {
      throw new IllegalArgumentException(
          "%s: state %s has shape %s, its parameter %s"
              .formatted(
                  name(),
                  key,
                  java.util.Arrays.toString(saved.shape()),
                  java.util.Arrays.toString(parameter.shape())));
    }
    return zerosLike(parameter).copyFrom(saved);
  }

  static Tensor zerosLike(Tensor parameter) {
    return Tensor.empty(parameter.device(), parameter.dtype(), parameter.shape());
  }

  final void requireNotNegative(String hyperParameter, double value) {
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "%s: %s must be finite and not negative, got %s"
              .formatted(name(), hyperParameter, value));
    }
  }

  private String name() {
    return getClass().getSimpleName();
  }
}
