package dev.gradkeeper.engine.kernel;

import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.Arrays;
import java.util.Random;

/** Views for kernel tests: at odd offsets, dense or not, of values that float32 holds exactly. */
public final class Views {
  private static final int OFFSET = 3;

  private Views() {}

  public static View zeros(DType dtype, int... sizes) {
    int[] strides = View.contiguousStrides(sizes);
    return new View(HeapStorage.allocate(dtype, OFFSET + count(sizes)), OFFSET, sizes, strides);
  }

  /** The first dimension is the dense one, and there are gaps. */
  public static View zerosStrided(DType dtype, int... sizes) {
    int[] strides = new int[sizes.length];
    int product = 2;
    for (int d = 0; d < sizes.length; d++) {
      strides[d] = product;
      product = product * sizes[d] + 1;
    }
    return new View(HeapStorage.allocate(dtype, OFFSET + product), OFFSET, sizes, strides);
  }

  public static View random(DType dtype, long seed, int... sizes) {
    return randomize(zeros(dtype, sizes), seed);
  }

  public static View randomStrided(DType dtype, long seed, int... sizes) {
    return randomize(zerosStrided(dtype, sizes), seed);
  }

  public static View randomize(View view, long seed) {
    Random random = new Random(seed);
    int[] index = new int[view.dimensions()];
    for (int i = 0; i < view.count(); i++) {
      ((HeapStorage) view.storage()).set(at(view, i, index), (float) random.nextGaussian());
    }
    return view;
  }

  /** Three quarters of the elements are zeros, of either sign. */
  public static View sparse(DType dtype, long seed, int... sizes) {
    View view = random(dtype, seed, sizes);
    Random random = new Random(seed + 1);
    for (int i = 0; i < view.count(); i++) {
      int kind = random.nextInt(8);
      if (kind < 6) {
        ((HeapStorage) view.storage()).set(OFFSET + i, kind == 0 ? -0.0 : 0);
      }
    }
    return view;
  }

  /** Dense views one after the other in one memory. */
  public static View[] parts(DType dtype, long seed, int[]... sizes) {
    View all = random(dtype, seed, Arrays.stream(sizes).mapToInt(Views::count).sum());
    View[] parts = new View[sizes.length];
    int offset = all.offset();
    for (int i = 0; i < parts.length; i++) {
      parts[i] = View.contiguous(all.storage(), offset, sizes[i]);
      offset += parts[i].count();
    }
    return parts;
  }

  /** The norm of these, into new memory. */
  public static NormOfNorms norm(DType dtype, View... parts) {
    View norms = random(dtype, 1, parts.length);
    View[] squares = new View[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int[] one = new int[parts[i].dimensions()];
      Arrays.fill(one, 1);
      squares[i] = View.contiguous(norms.storage(), norms.offset() + i, one);
    }
    View total = random(dtype, 9);
    View square = View.contiguous(total.storage(), total.offset(), 1);
    return new NormOfNorms(parts, squares, norms, square, total);
  }

  /** Integers from 0 to {@code bound - 1}. */
  public static View classes(long seed, int bound, int... sizes) {
    View view = zeros(DType.INT32, sizes);
    Random random = new Random(seed);
    int[] index = new int[view.dimensions()];
    for (int i = 0; i < view.count(); i++) {
      ((HeapStorage) view.storage()).set(at(view, i, index), random.nextInt(bound));
    }
    return view;
  }

  public static View of(DType dtype, double... values) {
    View view = zeros(dtype, values.length);
    for (int i = 0; i < values.length; i++) {
      ((HeapStorage) view.storage()).set(OFFSET + i, values[i]);
    }
    return view;
  }

  /** The same memory with the last two dimensions exchanged. */
  public static View transpose(View view) {
    int[] sizes = view.sizes().clone();
    int[] strides = view.strides().clone();
    int last = sizes.length - 1;
    sizes[last] = view.size(-2);
    sizes[last - 1] = view.size(-1);
    strides[last] = view.stride(-2);
    strides[last - 1] = view.stride(-1);
    return new View(view.storage(), view.offset(), sizes, strides);
  }

  /** The elements in row-major order. */
  public static double[] values(View view) {
    double[] values = new double[view.count()];
    int[] index = new int[view.dimensions()];
    for (int i = 0; i < values.length; i++) {
      values[i] = ((HeapStorage) view.storage()).get(at(view, i, index));
    }
    return values;
  }

  public static double get(View view, int... index) {
    int at = view.offset();
    for (int d = 0; d < index.length; d++) {
      at += index[d] * view.stride(d);
    }
    return ((HeapStorage) view.storage()).get(at);
  }

  private static int at(View view, int i, int[] index) {
    int at = view.offset();
    for (int d = view.dimensions() - 1; d >= 0; d--) {
      index[d] = i % view.size(d);
      i /= view.size(d);
      at += index[d] * view.stride(d);
    }
    return at;
  }

  private static int count(int[] sizes) {
    int product = 1;
    for (int size : sizes) {
      product *= size;
    }
    return product;
  }
}
