package dev.gradkeeper.engine.kernel.heap;

import dev.gradkeeper.engine.kernel.DType;

/** Memory of dtype {@link DType#INT32}. */
public record IntStorage(int[] array) implements HeapStorage {
  @Override
  public DType dtype() {
    return DType.INT32;
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
    array[i] = (int) value;
  }
}
