package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** Movement and elementwise kernels: one value at a time, broadcast to the output. */
final class Elementwise {
  private Elementwise() {}

  static void fill(View out, double value) {
    map(out, out, ignored -> value);
  }

  static void copy(View in, View out) {
    map(in, out, DoubleUnaryOperator.identity());
  }

  static void unary(Unary op, View in, View out) {
    map(in, out, function(op, Arithmetic.of(out.dtype())));
  }

  static void binary(Binary op, View a, View b, View out) {
    zip(a, b, out, function(op, Arithmetic.of(out.dtype())));
  }

  static void affine(View in, double scale, double shift, View out) {
    Arithmetic m = Arithmetic.of(out.dtype());
    map(in, out, x -> m.fma(x, scale, shift));
  }

  static void axpy(double alpha, View x, View y) {
    Arithmetic m = Arithmetic.of(y.dtype());
    zip(x, y, y, (from, to) -> m.fma(from, alpha, to));
  }

  static void clamp(View values, double limit) {
    map(values, values, x -> Math.min(Math.max(x, -limit), limit));
  }

  private static DoubleUnaryOperator function(Unary op, Arithmetic m) {
    return switch (op) {
      case NEG -> x -> -x;
      case ABS -> Math::abs;
      case SQUARE -> x -> m.mul(x, x);
      case SQRT -> m::sqrt;
      case RECIPROCAL -> x -> m.div(1, x);
      case EXP -> m::exp;
      case LOG -> m::log;
      case TANH -> m::tanh;
      case SIGMOID -> m::sigmoid;
      case RELU -> x -> x <= 0 ? 0 : x;
    };
  }

  private static DoubleBinaryOperator function(Binary op, Arithmetic m) {
    return switch (op) {
      case ADD -> m::add;
      case SUB -> m::sub;
      case MUL -> m::mul;
      case DIV -> m::div;
      case MAXIMUM -> Math::max;
      case MINIMUM -> Math::min;
      case WHERE_POSITIVE -> (a, b) -> a > 0 ? b : 0;
      case TANH_BACKWARD -> (a, b) -> m.mul(b, m.fma(-a, a, 1));
      case SIGMOID_BACKWARD -> (a, b) -> m.mul(m.mul(b, m.sub(1, a)), a);
    };
  }

  private static void map(View in, View out, DoubleUnaryOperator f) {
    HeapStorage from = (HeapStorage) in.storage();
    HeapStorage to = (HeapStorage) out.storage();
    StridedLoop loop = new StridedLoop();
    for (loop.start(in, out); loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        double y = f.applyAsDouble(from.get(loop.a + i * loop.strideA));
        to.set(loop.out + i * loop.strideOut, y);
      }
    }
  }

  private static void zip(View a, View b, View out, DoubleBinaryOperator f) {
    HeapStorage left = (HeapStorage) a.storage();
    HeapStorage right = (HeapStorage) b.storage();
    HeapStorage to = (HeapStorage) out.storage();
    StridedLoop loop = new StridedLoop();
    for (loop.start(a, b, out); loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        double x = left.get(loop.a + i * loop.strideA);
        double y = right.get(loop.b + i * loop.strideB);
        to.set(loop.out + i * loop.strideOut, f.applyAsDouble(x, y));
      }
    }
  }
}
