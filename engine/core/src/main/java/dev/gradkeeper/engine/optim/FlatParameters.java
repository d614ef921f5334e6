package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;

/**
 * Parameters that lie one after the other in one memory, and so their gradients: an optimizer
 * updates them all by one call. Their names, shapes and values stay as they are.
 */
public final class FlatParameters {
  private final List<Tensor> parameters;
  private final Tensor values;
  private final FlatGradients gradients;

  /**
   * Moves the parameters.
   *
   * @throws IllegalArgumentException if there are none, or they differ in device or dtype
   */
  public FlatParameters(List<Tensor> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("flat parameters: there are none");
    }
    Tensor first = parameters.getFirst();
    int count = 0;
    for (Tensor parameter : parameters) {
      if (parameter.device() != first.device() || parameter.dtype() != first.dtype()) {
        throw new IllegalArgumentException(
            "flat parameters: one is %s on %s, another %s on %s"
                .formatted(
                    first.dtype(),
                    first.device().name(),
                    parameter.dtype(),
                    parameter.device().name()));
      }
      count = Math.addExact(count, parameter.count());
    }
    this.parameters = List.copyOf(parameters);
    this.values = Tensor.empty(first.device(), first.dtype(), count);
    for (int i = 0; i < parameters.size(); i++) {
      parameters.get(i).moveTo(part(i, values));
    }
    this.gradients = newGradients();
    values.setGrad(gradients.values());
  }

  /** The window of parameter i on a tensor of all elements. */
  private View part(int i, Tensor flat) {
    int offset = flat.view().offset();
    for (Tensor before : parameters.subList(0, i)) {
      offset += before.count();
    }
    return View.contiguous(flat.view().storage(), offset, parameters.get(i).shape());
  }

  /** The parameters themselves. */
  public List<Tensor> parameters() {
    return parameters;
  }

  /** All values as one vector, whose gradient is that of all gradients. */
  public Tensor values() {
    return values;
  }

  /** Those that the optimizer uses. */
  public FlatGradients gradients() {
    return gradients;
  }

  /** Others, of zeros, in memory of their own. */
  public FlatGradients newGradients() {
    return new FlatGradients(this, Tensor.empty(values.device(), values.dtype(), values.count()));
  }

  /** The part of parameter i of what an optimizer keeps for all. */
  Tensor split(int i, Tensor state) {
    return state.dimensions() == 0 ? state : state.alias(part(i, state));
  }

  /**
   * The reverse of {@link #split}.
   *
   * @throws IllegalArgumentException if a shape is not that of its parameter, or a number is not
   *     the same for all
   */
  Tensor join(String name, List<Tensor> states) {
    Tensor first = states.getFirst();
    if (first.dimensions() == 0) {
      for (Tensor state : states) {
        if (state.dimensions() != 0 || state.item() != first.item()) {
          throw new IllegalArgumentException(
              "state %s: parameters that are updated together must agree".formatted(name));
        }
      }
      return first;
    }
    Tensor joined = Tensor.empty(values.device(), values.dtype(), values.count());
    for (int i = 0; i < states.size(); i++) {
      joined.alias(part(i, joined)).copyFrom(states.get(i));
    }
    return joined;
  }
}
