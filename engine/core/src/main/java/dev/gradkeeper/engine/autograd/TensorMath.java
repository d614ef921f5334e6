package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.OpNode.record;
import static dev.gradkeeper.engine.autograd.OpNode.records;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The differentiable functions of {@code torch}, to be imported statically. Each is recorded if one
 * of its arguments requires gradients and {@link GradMode} allows it.
 *
 * <p>Tensors of one call have one dtype, float32 or float64, and one device. Two tensors broadcast
 * as in NumPy. All functions throw {@link IllegalArgumentException} for arguments that do not fit,
 * naming the function and the shapes.
 */
public final class TensorMath {
  private TensorMath() {}

  // ---- arithmetic ----

  /** a + b. */
  public static Tensor add(Tensor a, Tensor b) {
    Tensor out = Compute.binary("add", Binary.ADD, a, b);
    return records(a, b) ? record(new Op.Add(a.view().sizes(), b.view().sizes()), out, a, b) : out;
  }

  /** a + b, {@code b} rounded to the dtype. */
  public static Tensor add(Tensor a, double b) {
    return affine("add", a, 1, b);
  }

  /** a - b. */
  public static Tensor sub(Tensor a, Tensor b) {
    Tensor out = Compute.binary("sub", Binary.SUB, a, b);
    return records(a, b) ? record(new Op.Sub(a.view().sizes(), b.view().sizes()), out, a, b) : out;
  }

  /** a - b, {@code b} rounded to the dtype. */
  public static Tensor sub(Tensor a, double b) {
    return affine("sub", a, 1, -b);
  }

  /** Elementwise a·b. */
  public static Tensor mul(Tensor a, Tensor b) {
    Tensor out = Compute.binary("mul", Binary.MUL, a, b);
    return records(a, b)
        ? record(
            new Op.Mul(
                Saved.forGradientOf(b, a),
                Saved.forGradientOf(a, b),
                a.view().sizes(),
                b.view().sizes()),
            out,
            a,
            b)
        : out;
  }

  /** a·b, {@code b} rounded to the dtype. */
  public static Tensor mul(Tensor a, double b) {
    return affine("mul", a, b, -0.0);
  }

  /** Elementwise a/b. */
  public static Tensor div(Tensor a, Tensor b) {
    Tensor out = Compute.binary("div", Binary.DIV, a, b);
    return records(a, b)
        ? record(
            new Op.Div(Saved.forGradientOf(b, a), Saved.of(b), a.view().sizes(), b.view().sizes()),
            out,
            a,
            b)
        : out;
  }

  /** a/b, {@code b} rounded to the dtype. */
  public static Tensor div(Tensor a, double b) {
    Compute.requireFloating("div", a);
    Tensor out = Compute.divide(a, b);
    return records(a) ? record(new Op.DivScalar(b), out, a) : out;
  }

  /** -x. */
  public static Tensor neg(Tensor x) {
    Tensor out = Compute.unary("neg", Unary.NEG, x);
    return records(x) ? record(new Op.Affine(-1), out, x) : out;
  }

  /** x to a whole power but 0, by repeated squaring; x⁻ⁿ is 1/xⁿ. */
  public static Tensor pow(Tensor x, int exponent) {
    if (exponent < 0) {
      return reciprocal(pow(x, Math.negateExact(exponent)));
    }
    return switch (exponent) {
      case 0 -> throw new IllegalArgumentException("pow: the exponent must not be 0");
      case 1 -> x;
      case 2 -> square(x);
      default -> {
        Tensor even = square(pow(x, exponent / 2));
        yield exponent % 2 == 0 ? even : mul(even, x);
      }
    };
  }

  /** x². */
  public static Tensor square(Tensor x) {
    Tensor out = Compute.unary("square", Unary.SQUARE, x);
    return records(x) ? record(new Op.Square(Saved.of(x)), out, x) : out;
  }

  /** √x. */
  public static Tensor sqrt(Tensor x) {
    Tensor out = Compute.unary("sqrt", Unary.SQRT, x);
    return records(x) ? record(new Op.Sqrt(Saved.of(out)), out, x) : out;
  }

  /** 1/x. */
  public static Tensor reciprocal(Tensor x) {
    Tensor out = Compute.unary("reciprocal", Unary.RECIPROCAL, x);
    return records(x) ? record(new Op.Reciprocal(Saved.of(out)), out, x) : out;
  }

  /** |x|, with the gradient 0 at 0. */
  public static Tensor abs(Tensor x) {
    Tensor out = Compute.unary("abs", Unary.ABS, x);
    return records(x) ? record(new Op.Abs(Saved.of(x)), out, x) : out;
  }

  /** eˣ. */
  public static Tensor exp(Tensor x) {
    Tensor out = Compute.unary("exp", Unary.EXP, x);
    return records(x) ? record(new Op.Exp(Saved.of(out)), out, x) : out;
  }

  /** Natural logarithm. */
  public static Tensor log(Tensor x) {
    Tensor out = Compute.unary("log", Unary.LOG, x);
    return records(x) ? record(new Op.Log(Saved.of(x)), out, x) : out;
  }

  // ---- activations ----

  /** The hyperbolic tangent, element by element. */
  public static Tensor tanh(Tensor x) {
    Tensor out = Compute.unary("tanh", Unary.TANH, x);
    return records(x) ? record(new Op.Tanh(Saved.of(out)), out, x) : out;
  }

  /** 1/(1 + e⁻ˣ). */
  public static Tensor sigmoid(Tensor x) {
    Tensor out = Compute.unary("sigmoid", Unary.SIGMOID, x);
    return records(x) ? record(new Op.Sigmoid(Saved.of(out)), out, x) : out;
  }

  /** max(x, 0), with the gradient 0 at 0. */
  public static Tensor relu(Tensor x) {
    Tensor out = Compute.unary("relu", Unary.RELU, x);
    return records(x) ? record(new Op.Relu(Saved.of(out)), out, x) : out;
  }

  // ---- shapes ----

  /**
   * The elements in row-major order with another shape, one size of which may be -1: a view where
   * {@code x} is dense, else a copy.
   */
  public static Tensor reshape(Tensor x, int... shape) {
    int[] from = x.view().sizes();
    Tensor out = Compute.reshape(x, Shape.infer("reshape", from, shape));
    return records(x) ? record(new Op.Reshape(from), out, x) : out;
  }

  /**
   * {@link #reshape} that never copies.
   *
   * @throws IllegalArgumentException if {@code x} is not dense; {@link #reshape} copies it
   */
  public static Tensor view(Tensor x, int... shape) {
    if (!x.view().isContiguous()) {
      throw new IllegalArgumentException(
          "view: a tensor of shape %s that is not dense; use reshape"
              .formatted(Shape.format(x.view().sizes())));
    }
    return reshape(x, shape);
  }

  /**
   * Dimensions {@code startDim} to {@code endDim} as one; negative ones count from the end. A
   * scalar becomes a vector.
   */
  public static Tensor flatten(Tensor x, int startDim, int endDim) {
    int[] sizes = x.view().sizes();
    if (sizes.length == 0) {
      return reshape(x, 1);
    }
    int start = Shape.dimension("flatten", startDim, sizes.length);
    int end = Shape.dimension("flatten", endDim, sizes.length);
    if (start > end) {
      throw new IllegalArgumentException(
          "flatten: dimension %d comes after %d in shape %s"
              .formatted(startDim, endDim, Shape.format(sizes)));
    }
    int[] flat = new int[sizes.length - (end - start)];
    Arrays.fill(flat, 1);
    for (int d = 0; d < sizes.length; d++) {
      int to = d <= start ? d : Math.max(start, d - (end - start));
      flat[to] *= sizes[d];
    }
    return reshape(x, flat);
  }

  /** Two dimensions exchanged: a view. */
  public static Tensor transpose(Tensor x, int first, int second) {
    int a = Shape.dimension("transpose", first, x.dimensions());
    int b = Shape.dimension("transpose", second, x.dimensions());
    Tensor out = x.alias(Compute.transpose(x.view(), a, b));
    return records(x) ? record(new Op.Transpose(a, b), out, x) : out;
  }

  /** Elements {@code start} to {@code start + length - 1} along a dimension: a view. */
  public static Tensor narrow(Tensor x, int dimension, int start, int length) {
    int d = Shape.dimension("narrow", dimension, x.dimensions());
    int[] from = x.view().sizes();
    if (start < 0 || length < 0 || start > from[d] - length) {
      throw new IllegalArgumentException(
          "narrow: %d elements from %d along dimension %d of shape %s"
              .formatted(length, start, dimension, Shape.format(from)));
    }
    Tensor out = x.alias(Compute.narrow(x.view(), d, start, length));
    return records(x) ? record(new Op.Narrow(from, d, start), out, x) : out;
  }

  /**
   * Element {@code index} along a dimension, which disappears: {@code x[index]} for dimension 0.
   */
  public static Tensor select(Tensor x, int dimension, int index) {
    int d = Shape.dimension("select", dimension, x.dimensions());
    Tensor one = narrow(x, d, index, 1);
    int[] from = one.view().sizes();
    int[] shape = new int[from.length - 1];
    System.arraycopy(from, 0, shape, 0, d);
    System.arraycopy(from, d + 1, shape, d, shape.length - d);
    return reshape(one, shape);
  }

  /** Repeated along dimensions of size 1 and new leading ones, without copying. */
  public static Tensor expand(Tensor x, int... shape) {
    int[] from = x.view().sizes();
    if (!Arrays.equals(Shape.broadcast("expand", from, shape), shape)) {
      throw Shape.mismatch("expand", from, shape);
    }
    Tensor out = Compute.expand(x, shape.clone());
    return records(x) ? record(new Op.Expand(from), out, x) : out;
  }

  // ---- reductions ----

  /** Sum of all elements: a tensor without dimensions. */
  public static Tensor sum(Tensor x) {
    Compute.requireFloating("sum", x);
    Tensor out = Compute.reduceAll(Reduction.SUM, x);
    return records(x) ? record(new Op.Sum(x.view().sizes(), ones(x)), out, x) : out;
  }

  /** Sum along some dimensions, which stay with size 1 if {@code keepDim}, else disappear. */
  public static Tensor sum(Tensor x, boolean keepDim, int... dimensions) {
    Compute.requireFloating("sum", x);
    int[] kept = kept("sum", x, dimensions);
    Tensor folded = Compute.reduce(Reduction.SUM, x, kept);
    Tensor out = keepDim ? folded : squeezed("sum", folded, dimensions);
    return records(x) ? record(new Op.Sum(x.view().sizes(), kept), out, x) : out;
  }

  /** Mean of all elements: a tensor without dimensions. */
  public static Tensor mean(Tensor x) {
    Compute.requireFloating("mean", x);
    Tensor out = Compute.divide(Compute.reduceAll(Reduction.SUM, x), x.count());
    return records(x) ? record(new Op.Mean(x.view().sizes(), ones(x), x.count()), out, x) : out;
  }

  /** Mean along some dimensions, which stay with size 1 if {@code keepDim}, else disappear. */
  public static Tensor mean(Tensor x, boolean keepDim, int... dimensions) {
    Compute.requireFloating("mean", x);
    int[] kept = kept("mean", x, dimensions);
    int folded = 1;
    for (int d = 0; d < kept.length; d++) {
      folded *= x.view().size(d) / Math.max(kept[d], 1);
    }
    Tensor means = Compute.divide(Compute.reduce(Reduction.SUM, x, kept), folded);
    Tensor out = keepDim ? means : squeezed("mean", means, dimensions);
    return records(x) ? record(new Op.Mean(x.view().sizes(), kept, folded), out, x) : out;
  }

  /** Index (int32) of the first maximum along the last dimension, which disappears; no gradient. */
  public static Tensor argmax(Tensor x) {
    Compute.requireFloating("argmax", x);
    int[] sizes = x.view().sizes();
    int last = Shape.dimension("argmax", -1, sizes.length);
    if (sizes[last] == 0) {
      throw new IllegalArgumentException(
          "argmax: nothing to choose from in shape " + Shape.format(sizes));
    }
    Tensor out = Tensor.empty(x.device(), DType.INT32, Arrays.copyOf(sizes, last));
    Compute.kernels(x).argmax(x.view(), out.view());
    return out;
  }

  // ---- products ----

  /**
   * Matrix product as {@code torch.matmul}: vectors are a row on the left and a column on the
   * right, dimensions before the last two are batches and broadcast.
   */
  public static Tensor matmul(Tensor a, Tensor b) {
    Compute.requireSame("matmul", a, b);
    int[] aShape = a.view().sizes();
    int[] bShape = b.view().sizes();
    if (aShape.length == 0 || bShape.length == 0) {
      throw Shape.mismatch("matmul", aShape, bShape);
    }
    int[] aMatrix = Compute.rowMatrix(aShape);
    int[] bMatrix = Compute.columnMatrix(bShape);
    if (aMatrix[aMatrix.length - 1] != bMatrix[bMatrix.length - 2]) {
      throw Shape.mismatch("matmul", aShape, bShape);
    }
    int[] shape = Compute.matmulShape(aMatrix, bMatrix);
    View left = Compute.matrices(a, aMatrix).view();
    View right = Compute.matrices(b, bMatrix).view();
    Tensor product = Compute.gemm(left, right, a, shape);
    Tensor out =
        aShape.length > 1 && bShape.length > 1
            ? product
            : Compute.reshape(product, withoutVectors(shape, aShape, bShape));
    return records(a, b)
        ? record(
            new Op.Matmul(Saved.forGradientOf(b, a), Saved.forGradientOf(a, b), aShape, bShape),
            out,
            a,
            b)
        : out;
  }

  // ---- in place, outside of the graph ----

  /**
   * x += y, {@code y} broadcast.
   *
   * @throws IllegalStateException if one requires gradients, outside of {@link GradMode#noGrad}
   */
  public static Tensor addInPlace(Tensor x, Tensor y) {
    return addInPlace(x, y, 1);
  }

  /** x += alpha·y, rounded once; as {@link #addInPlace(Tensor, Tensor)}. */
  public static Tensor addInPlace(Tensor x, Tensor y, double alpha) {
    Compute.requireSame("addInPlace", x, y);
    requireUntracked("addInPlace", x, y);
    if (!Compute.sameShape(x, Shape.broadcast("addInPlace", x.view().sizes(), y.view().sizes()))) {
      throw Shape.mismatch("addInPlace", x.view().sizes(), y.view().sizes());
    }
    Compute.kernels(x).axpy(alpha, y.expanded(x.view().sizes()), x.view());
    x.markModified();
    return x;
  }

  /** x -= y; as {@link #addInPlace(Tensor, Tensor)}. */
  public static Tensor subInPlace(Tensor x, Tensor y) {
    return addInPlace(x, y, -1);
  }

  /** x *= factor; as {@link #addInPlace(Tensor, Tensor)}. */
  public static Tensor mulInPlace(Tensor x, double factor) {
    Compute.requireFloating("mulInPlace", x);
    requireUntracked("mulInPlace", x, x);
    Compute.kernels(x).affine(x.view(), factor, -0.0, x.view());
    x.markModified();
    return x;
  }

  private static void requireUntracked(String operation, Tensor x, Tensor y) {
    if (records(x, y)) {
      throw new IllegalStateException(
          operation
              + ": in-place operations are not recorded, and a tensor here requires gradients; call"
              + " it in a noGrad() scope, or use the function that returns a new tensor");
    }
  }

  private static Tensor affine(String name, Tensor x, double scale, double shift) {
    Compute.requireFloating(name, x);
    Tensor out = Compute.affine(x, scale, shift);
    return records(x) ? record(new Op.Affine(scale), out, x) : out;
  }

  private static int[] ones(Tensor x) {
    int[] ones = new int[x.dimensions()];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** The shape of {@code x} with size 1 at {@code dimensions}. */
  private static int[] kept(String name, Tensor x, int[] dimensions) {
    int[] kept = x.shape();
    for (int dimension : dimensions) {
      kept[Shape.dimension(name, dimension, kept.length)] = 1;
    }
    return kept;
  }

  private static Tensor squeezed(String name, Tensor x, int[] dimensions) {
    boolean[] dropped = new boolean[x.dimensions()];
    for (int dimension : dimensions) {
      dropped[Shape.dimension(name, dimension, dropped.length)] = true;
    }
    int[] shape = new int[dropped.length];
    int n = 0;
    for (int d = 0; d < dropped.length; d++) {
      if (!dropped[d]) {
        shape[n++] = x.view().size(d);
      }
    }
    return Compute.reshape(x, Arrays.copyOf(shape, n));
  }

  private static int[] withoutVectors(int[] shape, int[] a, int[] b) {
    int n = shape.length;
    int[] out = Arrays.copyOf(shape, n - (a.length == 1 ? 1 : 0) - (b.length == 1 ? 1 : 0));
    if (a.length == 1 && b.length > 1) {
      out[n - 2] = shape[n - 1];
    }
    return out;
  }
}
