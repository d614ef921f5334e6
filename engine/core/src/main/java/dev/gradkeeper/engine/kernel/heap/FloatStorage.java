package dev.gradkeeper.engine.kernel.heap;

import dev.gradkeeper.engine.kernel.DType;

/** Memory of dtype {@link DType#FLOAT32}. */
public record FloatStorage(float[] array) implements HeapStorage {
  @Override
  public DType dtype() {
    return DType.FLOAT32;
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
    array[i] = (float) value;
  }
}
