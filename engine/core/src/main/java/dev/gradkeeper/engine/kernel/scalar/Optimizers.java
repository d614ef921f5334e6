package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;

/**
 * The updates of torch.optim, each operation rounded once, in torch's order. The momentum buffer
 * and Adam's moments become 0 where they would be subnormal (below {@link Float#MIN_NORMAL} or
 * {@link Double#MIN_NORMAL}): moments of parameters without a gradient decay to there, and every
 * later pass over them would be up to 30 times slower. Normal values keep torch's bits.
 *
 * <p>Views of one call have the same shape; Adam's two moments have the same strides.
 */
final class Optimizers {
  private Optimizers() {}

  static void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    Arithmetic m = Arithmetic.of(parameter.dtype());
    HeapStorage p = (HeapStorage) parameter.storage();
    HeapStorage g = (HeapStorage) gradient.storage();
    HeapStorage buffer = momentumBuffer == null ? null : (HeapStorage) momentumBuffer.storage();
    View second = momentumBuffer == null ? gradient : momentumBuffer;
    StridedLoop loop = new StridedLoop();
    for (loop.start(gradient, second, parameter); loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        int at = loop.out + i * loop.strideOut;
        double x = p.get(at);
        double d = gradient(m, g.get(loop.a + i * loop.strideA), x, step);
        if (buffer != null) {
          int b = loop.b + i * loop.strideB;
          double moment = d;
          if (!step.first) {
            moment = m.mul(buffer.get(b), m.round(step.momentum));
            moment = m.fma(d, 1 - step.dampening, moment);
          }
          moment = m.flush(moment);
          buffer.set(b, moment);
          d = step.nesterov ? m.fma(moment, step.momentum, d) : moment;
        }
        p.set(at, m.fma(d, -step.lr, x));
      }
    }
  }

  private static double gradient(Arithmetic m, double g, double x, SgdStep step) {
    double signed = step.maximize ? -g : g;
    return step.weightDecay == 0 ? signed : m.fma(x, step.weightDecay, signed);
  }

  static void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    Arithmetic m = Arithmetic.of(parameter.dtype());
    HeapStorage p = (HeapStorage) parameter.storage();
    HeapStorage g = (HeapStorage) gradient.storage();
    HeapStorage first = (HeapStorage) expAvg.storage();
    HeapStorage second = (HeapStorage) expAvgSq.storage();
    double beta1 = m.round(step.beta1);
    double beta2 = m.round(step.beta2);
    double rest2 = m.round(1 - step.beta2);
    double stepSize = m.round(-Corrections.stepSize(step));
    double root = m.round(Corrections.rootOfSecond(step));
    double eps = m.round(step.eps);
    StridedLoop loop = new StridedLoop();
    for (loop.start(gradient, expAvg, parameter); loop.more(); loop.next()) {
      for (int i = 0; i < loop.n; i++) {
        int at = loop.out + i * loop.strideOut;
        int a = loop.b + i * loop.strideB;
        int b = a - expAvg.offset() + expAvgSq.offset();
        double x = p.get(at);
        double d = g.get(loop.a + i * loop.strideA);
        d = step.maximize ? -d : d;
        d = step.weightDecay == 0 ? d : m.fma(x, step.weightDecay, d);
        double mean = m.flush(m.fma(d, 1 - step.beta1, m.mul(first.get(a), beta1)));
        double square = m.flush(m.fma(m.mul(rest2, d), d, m.mul(second.get(b), beta2)));
        first.set(a, mean);
        second.set(b, square);
        double denominator = m.add(m.div(m.sqrt(square), root), eps);
        p.set(at, m.add(x, m.div(m.mul(stepSize, mean), denominator)));
      }
    }
  }

  /** min(1, maxNorm / (totalNorm + 1e-6)); NaN stays NaN. */
  static double clipFactor(View totalNorm, double maxNorm) {
    Arithmetic m = Arithmetic.of(totalNorm.dtype());
    double norm = ((HeapStorage) totalNorm.storage()).get(totalNorm.offset());
    double factor = m.div(m.round(maxNorm), m.add(norm, m.round(1e-6)));
    return factor > 1 ? 1 : factor;
  }

  static void clipByValue(View values, double limit) {
    Elementwise.clamp(values, Arithmetic.of(values.dtype()).round(limit));
  }
}
