package dev.gradkeeper.engine.kernel.heap;

import dev.gradkeeper.engine.kernel.DType;

/** Memory of dtype {@link DType#FLOAT64}. */
public record DoubleStorage(double[] array) implements HeapStorage {
  @Override
  public DType dtype() {
    return DType.FLOAT64;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public double get(int i) {
    return array[i];
  }

  @Override
  public void set(int i, double value) {
    array[i] = value;
  }
}
