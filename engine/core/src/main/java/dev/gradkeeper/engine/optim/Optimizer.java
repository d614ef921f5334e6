package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Changes parameters by their gradients, as {@code torch.optim.Optimizer}: {@link #zeroGrad},
 * {@code backward} and {@link #step} are separate calls in any order. A parameter whose gradient is
 * absent is skipped; one whose gradient is zero still moves by momentum and weight decay.
 */
public abstract class Optimizer {
  /** What is updated by one call each: the parameters, or all of them as one vector. */
  final List<Tensor> parameters;

  /** Null where each parameter is updated by itself. */
  private final FlatParameters flat;

  private double lr;

  /**
   * @param flat null, or that whose values are {@code parameters}
   */
  Optimizer(List<Tensor> parameters, FlatParameters flat, double lr) {
    this.parameters = List.copyOf(parameters);
    this.flat = flat;
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
    if (flat != null) {
      flat.parameters().forEach(Tensor::markModified);
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
    for (Tensor parameter : flat == null ? parameters : flat.parameters()) {
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
    if (flat == null) {
      for (int i = 0; i < parameters.size(); i++) {
        collectState(i, i + ".", state);
      }
      return state;
    }
    Map<String, Tensor> whole = new LinkedHashMap<>();
    collectState(0, "", whole);
    for (int i = 0; i < flat.parameters().size(); i++) {
      int parameter = i;
      whole.forEach(
          (name, tensor) -> state.put(parameter + "." + name, flat.split(parameter, tensor)));
    }
    return state;
  }

  abstract void collectState(int index, String prefix, Map<String, Tensor> state);

  /**
   * Goes on from what {@link #state} gave for the same parameters; values are copied.
   *
   * @throws IllegalArgumentException if a name is unknown, one of a parameter's is missing, a shape
   *     is not that of its parameter, or flat parameters have been updated a different number of
   *     times
   */
  public final void loadState(Map<String, Tensor> state) {
    Map<String, Tensor> rest = new LinkedHashMap<>(state);
    if (flat == null) {
      for (int i = 0; i < parameters.size(); i++) {
        restoreState(i, i + ".", rest);
      }
    } else {
      Map<String, Tensor> whole = joined(rest);
      restoreState(0, "", whole);
      rest.putAll(whole);
    }
    if (!rest.isEmpty()) {
      throw new IllegalArgumentException("%s: unknown state %s".formatted(name(), rest.keySet()));
    }
  }

  /** Takes the entries that every parameter has out of {@code state}, as those of all. */
  private Map<String, Tensor> joined(Map<String, Tensor> state) {
    Map<String, Tensor> whole = new LinkedHashMap<>();
    for (String key : List.copyOf(state.keySet())) {
      if (key.startsWith("0.")) {
        String name = key.substring(2);
        List<Tensor> parts = new ArrayList<>();
        for (int i = 0; i < flat.parameters().size(); i++) {
          Tensor part = state.remove(i + "." + name);
          if (part == null) {
            throw new IllegalArgumentException(
                "%s: parameter %d lacks the state %s".formatted(name(), i, name));
          }
          parts.add(shapedAs(flat.parameters().get(i), i + "." + name, part));
        }
        whole.put(name, flat.join(name, parts));
      }
    }
    return whole;
  }

  /** A number of updates has no dimensions. */
  private Tensor shapedAs(Tensor parameter, String key, Tensor saved) {
    return saved.dimensions() == 0 ? saved : requireShape(parameter, key, saved);
  }

  /** Takes the entries of one parameter out of {@code state}. */
  abstract void restoreState(int index, String prefix, Map<String, Tensor> state);

  /** The entry {@code key} as a new tensor like {@code parameter}, or null if there is none. */
  final Tensor restored(String key, Tensor parameter, Map<String, Tensor> state) {
    Tensor saved = state.remove(key);
    if (saved == null) {
      return null;
    }
    return zerosLike(parameter).copyFrom(requireShape(parameter, key, saved));
  }

  private Tensor requireShape(Tensor parameter, String key, Tensor saved) {
    if (!Arrays.equals(saved.shape(), parameter.shape())) {
      throw new IllegalArgumentException(
          "%s: state %s has shape %s, its parameter %s"
              .formatted(
                  name(), key, Arrays.toString(saved.shape()), Arrays.toString(parameter.shape())));
    }
    return saved;
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
