package dev.gradkeeper.engine.kernel;

import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Calls of every kernel on odd, prime and tiny sizes, dense and not. Each makes its own inputs, the
 * same ones every time, and returns what the kernel wrote.
 */
public final class KernelCases {
  /** One call. */
  public record Case(String name, Call call) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Runs a kernel on inputs of a dtype. */
  public interface Call {
    View[] run(Kernels kernels, DType dtype);
  }

  private KernelCases() {}

  public static List<Case> all() {
    return Stream.of(
            new ElementwiseCases(),
            new MatrixCases(),
            new ConvolutionCases(),
            new OptimizerCases(),
            new SpecialValueCases())
        .flatMap(list -> list.cases().stream())
        .toList();
  }

  /** The bits of every element, row-major; all NaNs are one. */
  public static long[] bits(View[] views) {
    return Arrays.stream(views)
        .flatMapToDouble(view -> Arrays.stream(Views.values(view)))
        .mapToLong(Double::doubleToLongBits)
        .toArray();
  }

  /** All of a view's storage: what lies around a view must stay untouched. */
  public static double[] memory(View view) {
    HeapStorage storage = (HeapStorage) view.storage();
    double[] all = new double[storage.length()];
    for (int i = 0; i < all.length; i++) {
      all[i] = storage.get(i);
    }
    return all;
  }
}
