package dev.gradkeeper.engine.autograd;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The untracked half of every function: allocates the result and calls the kernel. Forward passes
 * and gradients are both made of these.
 */
final class Compute {
  private Compute() {}

  static Kernels kernels(Tensor x) {
    return x.device().kernels();
  }

  /** Memory for a result on {@code like}'s device and of its dtype. */
  static Tensor empty(Tensor like, int... shape) {
    return Tensor.empty(like.device(), like.dtype(), shape);
  }

  /**
   * @throws IllegalArgumentException unless both are of one floating-point dtype and one device
   */
  static void requireSame(String operation, Tensor a, Tensor b) {
    requireFloating(operation, a);
    if (a.dtype() != b.dtype()) {
      throw new IllegalArgumentException(
          "%s: dtypes %s and %s differ; convert one with to()"
              .formatted(operation, a.dtype(), b.dtype()));
    }
    if (a.device() != b.device()) {
      throw new IllegalArgumentException(
          "%s: tensors on devices %s and %s"
              .formatted(operation, a.device().name(), b.device().name()));
    }
  }

  static void requireFloating(String operation, Tensor x) {
    if (!x.dtype().isFloatingPoint()) {
      throw new IllegalArgumentException(
          "%s: needs a floating-point tensor, got %s".formatted(operation, x.dtype()));
    }
  }

  // ---- elementwise ----

  static Tensor unary(String name, Unary op, Tensor x) {
    requireFloating(name, x);
    Tensor out = empty(x, x.view().sizes());
    kernels(x).unary(op, x.view(), out.view());
    return out;
  }

  static Tensor unary(Unary op, Tensor x) {
    return unary(op.name(), op, x);
  }

  static Tensor binary(String name, Binary op, Tensor a, Tensor b) {
    requireSame(name, a, b);
    int[] shape = Shape.broadcast(name, a.view().sizes(), b.view().sizes());
    Tensor out = empty(a, shape);
    kernels(a).binary(op, a.expanded(shape), b.expanded(shape), out.view());
    return out;
  }

  static Tensor binary(Binary op, Tensor a, Tensor b) {
    return binary(op.name(), op, a, b);
  }

  static Tensor add(Tensor a, Tensor b) {
    return binary(Binary.ADD, a, b);
  }

  static Tensor mul(Tensor a, Tensor b) {
    return binary(Binary.MUL, a, b);
  }

  /** {@code x·scale + shift}; a shift of -0.0 changes no product, not even the sign of a zero. */
  static Tensor affine(Tensor x, double scale, double shift) {
    Tensor out = empty(x, x.view().sizes());
    kernels(x).affine(x.view(), scale, shift, out.view());
    return out;
  }

  static Tensor scale(Tensor x, double factor) {
    return affine(x, factor, -0.0);
  }

  static Tensor neg(Tensor x) {
    return unary(Unary.NEG, x);
  }

  static Tensor divide(Tensor x, double divisor) {
    Tensor out = empty(x, x.view().sizes());
    Tensor scalar = Tensor.full(x.device(), divisor, x.dtype());
    kernels(x).binary(Binary.DIV, x.view(), scalar.expanded(x.view().sizes()), out.view());
    return out;
  }

  // ---- shapes ----

  static boolean sameShape(Tensor x, int[] shape) {
    return Arrays.equals(x.view().sizes(), shape);
  }

  static Tensor contiguous(Tensor x) {
    return x.view().isContiguous() ? x : x.copy();
  }

  /** A view where {@code x} is dense, else of a dense copy. */
  static Tensor reshape(Tensor x, int... shape) {
    Tensor dense = contiguous(x);
    return dense.alias(View.contiguous(dense.view().storage(), dense.view().offset(), shape));
  }

  static Tensor expand(Tensor x, int... shape) {
    return x.alias(x.expanded(shape));
  }

  static View transpose(View x, int first, int second) {
    int[] sizes = x.sizes().clone();
    int[] strides = x.strides().clone();
    sizes[first] = x.sizes()[second];
    sizes[second] = x.sizes()[first];
    strides[first] = x.strides()[second];
    strides[second] = x.strides()[first];
    return new View(x.storage(), x.offset(), sizes, strides);
  }

  static View transposeLast(View x) {
    return transpose(x, x.dimensions() - 2, x.dimensions() - 1);
  }

  static View narrow(View x, int dimension, int start, int length) {
    int[] sizes = x.sizes().clone();
    sizes[dimension] = length;
    int offset = x.offset() + start * x.strides()[dimension];
    return new View(x.storage(), offset, sizes, x.strides());
  }

  // ---- reductions ----

  /** Folds the dimensions where {@code keptShape} is 1. */
  static Tensor reduce(Reduction op, Tensor x, int... keptShape) {
    Tensor out = empty(x, keptShape);
    kernels(x).reduce(op, x.view(), out.view());
    return out;
  }

  /** All elements folded into a tensor without dimensions. */
  static Tensor reduceAll(Reduction op, Tensor x) {
    int[] ones = new int[x.dimensions()];
    Arrays.fill(ones, 1);
    return reshape(reduce(op, x, ones));
  }

  /** The reverse of broadcasting {@code shape} to {@code x}'s; {@code x} itself where equal. */
  static Tensor sumTo(Tensor x, int[] shape) {
    if (sameShape(x, shape)) {
      return x;
    }
    int[] kept = new int[x.dimensions()];
    Arrays.fill(kept, 1);
    System.arraycopy(shape, 0, kept, kept.length - shape.length, shape.length);
    return reshape(reduce(Reduction.SUM, x, kept), shape);
  }

  // ---- products ----

  /** A vector on the left of a product is a matrix of one row. */
  static int[] rowMatrix(int[] shape) {
    return shape.length == 1 ? new int[] {1, shape[0]} : shape;
  }

  /** A vector on the right of a product is a matrix of one column. */
  static int[] columnMatrix(int[] shape) {
    return shape.length == 1 ? new int[] {shape[0], 1} : shape;
  }

  /** {@code x} with the shape of a matrix or a batch of them. */
  static Tensor matrices(Tensor x, int[] shape) {
    return sameShape(x, shape) ? x : reshape(x, shape);
  }

  /**
   * {@code [batches…, m, n]} of the product of {@code [batches…, m, k]} and {@code [batches…, k,
   * n]}.
   */
  static int[] matmulShape(int[] a, int[] b) {
    int[] batches =
        Shape.broadcast("matmul", Arrays.copyOf(a, a.length - 2), Arrays.copyOf(b, b.length - 2));
    return withMatrix(Arrays.copyOf(batches, batches.length + 2), a[a.length - 2], b[b.length - 1]);
  }

  /** {@code shape} with other matrix dimensions. */
  static int[] withMatrix(int[] shape, int rows, int columns) {
    int[] out = shape.clone();
    out[out.length - 2] = rows;
    out[out.length - 1] = columns;
    return out;
  }

  /** a[…, m, k]·b[…, k, n] over broadcast batches. */
  static Tensor gemm(View a, View b, Tensor like, int... shape) {
    Tensor out = empty(like, shape);
    kernels(like).gemm(batched(a, shape), batched(b, shape), out.view(), false);
    return out;
  }

  /** The matrices of {@code x} repeated over the batch dimensions of {@code shape}. */
  private static View batched(View x, int[] shape) {
    if (x.dimensions() == shape.length && shape.length == 2) {
      return x;
    }
    int[] sizes = shape.clone();
    int[] strides = new int[shape.length];
    int shift = shape.length - x.dimensions();
    for (int d = 0; d < x.dimensions(); d++) {
      boolean matrix = d >= x.dimensions() - 2;
      sizes[d + shift] = matrix ? x.size(d) : shape[d + shift];
      strides[d + shift] = x.size(d) == 1 && !matrix ? 0 : x.stride(d);
    }
    return new View(x.storage(), x.offset(), sizes, strides);
  }

  /** The elements as rows of the last dimension. */
  static Tensor rows(Tensor x) {
    int columns = x.view().size(-1);
    return x.dimensions() == 2 ? x : reshape(x, columns == 0 ? 0 : x.count() / columns, columns);
  }

  /** Positions are INT32. */
  static Tensor indices(Tensor like, int... shape) {
    return Tensor.empty(like.device(), DType.INT32, shape);
  }
}
