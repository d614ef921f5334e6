package dev.gradkeeper.engine.kernel.heap;

import dev.gradkeeper.engine.kernel.DType;

/** Memory of dtype {@link DType#UINT8}. */
public record ByteStorage(byte[] array) implements HeapStorage {
  @Override
  public DType dtype() {
    return DType.UINT8;
  }

  @Override
  public int length() {
    return array.length;
  }

  @Override
  public double get(int i) {
    return array[i] & 0xFF;
  }

  @Override
  public void set(int i, double value) {
    array[i] = (byte) (int) value;
  }
}
