package dev.gradkeeper.engine.optim;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One gradient for each of some {@link FlatParameters}, one after the other in one memory. */
public final class FlatGradients {
  private final FlatParameters parameters;
  private final Tensor values;
  private final List<Tensor> parts = new ArrayList<>();

  FlatGradients(FlatParameters parameters, Tensor values) {
    this.parameters = parameters;
    this.values = values;
    for (int i = 0; i < parameters.parameters().size(); i++) {
      parts.add(parameters.split(i, values));
    }
  }

  /** All of them as one vector. */
  public Tensor values() {
    return values;
  }

  /**
   * Copies the parameters' gradients that lie elsewhere here, and makes these the parameters'
   * gradients.
   *
   * @throws IllegalStateException if a parameter has no gradient
   */
  public void gather() {
    for (int i = 0; i < parts.size(); i++) {
      Tensor parameter = parameters.parameters().get(i);
      if (parameter.grad() == null) {
        throw new IllegalStateException("flat gradients: parameter %d has none".formatted(i));
      }
      if (parameter.grad() != parts.get(i)) {
        parts.get(i).copyFrom(parameter.grad());
        parameter.setGrad(parts.get(i));
      }
    }
  }

  /** Makes these the parameters' gradients, as they are. */
  public void use() {
    for (int i = 0; i < parts.size(); i++) {
      parameters.parameters().get(i).setGrad(parts.get(i));
    }
  }
}
