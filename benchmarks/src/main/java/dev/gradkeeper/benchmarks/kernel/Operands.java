package dev.gradkeeper.benchmarks.kernel;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;
import java.util.Random;

/** Dense float32 arguments of kernels. */
final class Operands {
  private final Random random = new Random(1);

  /** Numbers of a normal distribution. */
  View random(int... sizes) {
    View view = zeros(sizes);
    float[] array = array(view);
    for (int i = 0; i < array.length; i++) {
      array[i] = (float) random.nextGaussian();
    }
    return view;
  }

  static View zeros(int... sizes) {
    int count = 1;
    for (int size : sizes) {
      count *= size;
    }
    return View.contiguous(HeapStorage.allocate(DType.FLOAT32, count), 0, sizes);
  }

  static View constant(float value, int... sizes) {
    View view = zeros(sizes);
    Arrays.fill(array(view), value);
    return view;
  }

  /** A matrix seen with rows and columns exchanged. */
  static View transpose(View matrix) {
    return new View(
        matrix.storage(),
        matrix.offset(),
        new int[] {matrix.size(1), matrix.size(0)},
        new int[] {matrix.stride(1), matrix.stride(0)});
  }

  static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
