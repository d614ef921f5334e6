package dev.gradkeeper.engine.kernel.heap;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Storage;

/** A Java array as device memory. Elements are read and written as {@code double}s. */
public sealed interface HeapStorage extends Storage
    permits FloatStorage, DoubleStorage, IntStorage, ByteStorage {

  @Override
  Object array();

  /** Element {@code i}; exact for every dtype. */
  double get(int i);

  /** Stores {@code value}, rounded to the dtype; integers take the part before the point. */
  void set(int i, double value);

  /** Zeroed memory for {@code length} elements. */
  static HeapStorage allocate(DType dtype, int length) {
    return switch (dtype) {
      case FLOAT32 -> new FloatStorage(new float[length]);
      case FLOAT64 -> new DoubleStorage(new double[length]);
      case INT32 -> new IntStorage(new int[length]);
      case UINT8 -> new ByteStorage(new byte[length]);
    };
  }
}
