package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The size of gradients and its limits, as {@code torch.nn.utils.clip_grad_norm_} and {@code
 * clip_grad_value_}. Parameters without a gradient are left out.
 */
public final class Clipping {
  private Clipping() {}

  /**
   * The L2 norm of all gradients together, computed as PyTorch does: the norm of the vector of the
   * norms of each. The result has no dimensions and is read when it is wanted.
   *
   * @throws IllegalArgumentException if there are no parameters
   */
  public static Tensor gradNorm(List<Tensor> parameters) {
    if (parameters.isEmpty()) {
      throw new IllegalArgumentException("gradNorm: no parameters");
    }
    Tensor first = parameters.getFirst();
    Kernels kernels = first.device().kernels();
    List<Tensor> gradients = new ArrayList<>(parameters.size());
    for (Tensor parameter : parameters) {
      if (parameter.grad() != null) {
        gradients.add(parameter.grad());
      }
    }
    Tensor norms = Tensor.empty(first.device(), first.dtype(), gradients.size());
    for (int i = 0; i < gradients.size(); i++) {
      View gradient = gradients.get(i).view();
      kernels.reduce(Reduction.SUM_OF_SQUARES, gradient, element(norms.view(), i, gradient));
    }
    kernels.unary(Unary.SQRT, norms.view(), norms.view());
    Tensor total = Tensor.empty(first.device(), first.dtype());
    kernels.reduce(Reduction.SUM_OF_SQUARES, norms.view(), element(total.view(), 0, norms.view()));
    kernels.unary(Unary.SQRT, total.view(), total.view());
    return total;
  }

  /** One element, with as many dimensions of size 1 as {@code like} has. */
  private static View element(View vector, int i, View like) {
    int[] ones = new int[like.dimensions()];
    Arrays.fill(ones, 1);
    return View.contiguous(vector.storage(), vector.offset() + i, ones);
  }

  /**
   * Multiplies all gradients by min(1, maxNorm/(norm + 1e-6)).
   *
   * @return the norm before
   * @throws IllegalArgumentException if {@code maxNorm} is negative or NaN, or there are no
   *     parameters
   */
  public static Tensor clipGradNorm(List<Tensor> parameters, double maxNorm) {
    requireLimit("clipGradNorm", "maxNorm", maxNorm);
    Tensor norm = gradNorm(parameters);
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        gradient.device().kernels().clipByNorm(gradient.view(), norm.view(), maxNorm);
        gradient.markModified();
      }
    }
    return norm;
  }

  /**
   * Limits each element of the gradients to [-limit, limit].
   *
   * @throws IllegalArgumentException if {@code limit} is negative or NaN
   */
  public static void clipGradValue(List<Tensor> parameters, double limit) {
    requireLimit("clipGradValue", "limit", limit);
    for (Tensor parameter : parameters) {
      Tensor gradient = parameter.grad();
      if (gradient != null) {
        gradient.device().kernels().clipByValue(gradient.view(), limit);
        gradient.markModified();
      }
    }
  }

  private static void requireLimit(String operation, String name, double limit) {
    if (!(limit >= 0)) {
      throw new IllegalArgumentException(
          "%s: %s must not be negative, got %s".formatted(operation, name, limit));
    }
  }
}
