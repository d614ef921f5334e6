package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.heap.FloatStorage;
import dev.gradkeeper.engine.kernel.scalar.Corrections;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The updates of torch.optim over dense parameters. Where the gradient enters as it is, one pass
 * does all; weight decay, maximisation and Nesterov's momentum go through a line of their own,
 * piece by piece.
 */
final class Optimizers {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final int N = Lanes.COUNT;
  private static final int PIECE = 1024;

  private Optimizers() {}

  static void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    float[] p = array(parameter);
    float[] g = array(gradient);
    int po = parameter.offset();
    int go = gradient.offset();
    int n = parameter.count();
    float rate = (float) -step.lr;
    float momentum = (float) step.momentum;
    float rest = (float) (1 - step.dampening);
    boolean plain = step.weightDecay == 0 && !step.maximize;
    if (momentumBuffer == null && plain) {
      Lines.fma(g, go, p, po, n, rate);
      return;
    }
    float[] buffer = momentumBuffer == null ? null : array(momentumBuffer);
    int bo = momentumBuffer == null ? 0 : momentumBuffer.offset();
    if (buffer != null && plain && !step.first && !step.nesterov) {
      momentum(p, po, g, go, buffer, bo, n, rate, momentum, rest);
      return;
    }
    float[] direction = Scratch.get().lines(PIECE);
    for (int i = 0; i < n; i += PIECE) {
      int piece = Math.min(PIECE, n - i);
      gradient(step.maximize, step.weightDecay, p, po + i, g, go + i, direction, piece);
      if (buffer != null) {
        if (step.first) {
          Lines.copy(direction, 0, buffer, bo + i, piece);
        } else {
          Lines.affine(buffer, bo + i, buffer, bo + i, piece, momentum, -0.0f);
          Lines.fma(direction, 0, buffer, bo + i, piece, rest);
        }
        flush(buffer, bo + i, piece);
        if (step.nesterov) {
          Lines.fma(buffer, bo + i, direction, 0, piece, momentum);
        } else {
          Lines.copy(buffer, bo + i, direction, 0, piece);
        }
      }
      Lines.fma(direction, 0, p, po + i, piece, rate);
    }
  }

  private static void gradient(
      boolean maximize,
      double weightDecay,
      float[] p,
      int po,
      float[] g,
      int go,
      float[] direction,
      int n) {
    Lines.affine(g, go, direction, 0, n, maximize ? -1 : 1, -0.0f);
    if (weightDecay != 0) {
      Lines.fma(p, po, direction, 0, n, (float) weightDecay);
    }
  }

  private static void momentum(
      float[] p,
      int po,
      float[] g,
      int go,
      float[] buffer,
      int bo,
      int n,
      float rate,
      float momentum,
      float rest) {
    FloatVector scale = FloatVector.broadcast(F, rate);
    FloatVector decay = FloatVector.broadcast(F, momentum);
    FloatVector share = FloatVector.broadcast(F, rest);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector b = FloatVector.fromArray(F, buffer, bo + i).mul(decay);
      b = flush(FloatVector.fromArray(F, g, go + i).fma(share, b));
      b.intoArray(buffer, bo + i);
      b.fma(scale, FloatVector.fromArray(F, p, po + i)).intoArray(p, po + i);
    }
    for (; i < n; i++) {
      float b = flush(Math.fma(g[go + i], rest, buffer[bo + i] * momentum));
      buffer[bo + i] = b;
      p[po + i] = Math.fma(b, rate, p[po + i]);
    }
  }

  static void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    float[] p = array(parameter);
    float[] g = array(gradient);
    boolean plain = step.weightDecay == 0 && !step.maximize;
    float[] direction = plain ? g : Scratch.get().lines(PIECE);
    float stepSize = (float) -Corrections.stepSize(step);
    float root = (float) Corrections.rootOfSecond(step);
    int n = parameter.count();
    for (int i = 0; i < n; i += PIECE) {
      int piece = Math.min(PIECE, n - i);
      int po = parameter.offset() + i;
      int go = gradient.offset() + i;
      if (!plain) {
        gradient(step.maximize, step.weightDecay, p, po, g, go, direction, piece);
      }
      int d = plain ? go : 0;
      int mo = expAvg.offset() + i;
      int vo = expAvgSq.offset() + i;
      moments(step, direction, d, array(expAvg), mo, array(expAvgSq), vo, piece);
      adam(p, po, array(expAvg), mo, array(expAvgSq), vo, piece, stepSize, root, (float) step.eps);
    }
  }

  private static void moments(
      AdamStep step, float[] g, int go, float[] m, int mo, float[] v, int vo, int n) {
    float beta1 = (float) step.beta1;
    float beta2 = (float) step.beta2;
    float rest1 = (float) (1 - step.beta1);
    float rest2 = (float) (1 - step.beta2);
    FloatVector decay1 = FloatVector.broadcast(F, beta1);
    FloatVector decay2 = FloatVector.broadcast(F, beta2);
    FloatVector share1 = FloatVector.broadcast(F, rest1);
    FloatVector share2 = FloatVector.broadcast(F, rest2);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector d = FloatVector.fromArray(F, g, go + i);
      FloatVector mean = d.fma(share1, FloatVector.fromArray(F, m, mo + i).mul(decay1));
      FloatVector square = d.mul(share2).fma(d, FloatVector.fromArray(F, v, vo + i).mul(decay2));
      flush(mean).intoArray(m, mo + i);
      flush(square).intoArray(v, vo + i);
    }
    for (; i < n; i++) {
      float d = g[go + i];
      m[mo + i] = flush(Math.fma(d, rest1, m[mo + i] * beta1));
      v[vo + i] = flush(Math.fma(d * rest2, d, v[vo + i] * beta2));
    }
  }

  private static void adam(
      float[] p,
      int po,
      float[] m,
      int mo,
      float[] v,
      int vo,
      int n,
      float stepSize,
      float root,
      float eps) {
    FloatVector scale = FloatVector.broadcast(F, stepSize);
    FloatVector correction = FloatVector.broadcast(F, root);
    FloatVector epsilon = FloatVector.broadcast(F, eps);
    int i = 0;
    for (; i + N <= n; i += N) {
      FloatVector denominator =
          FloatVector.fromArray(F, v, vo + i).sqrt().div(correction).add(epsilon);
      FloatVector change = FloatVector.fromArray(F, m, mo + i).mul(scale).div(denominator);
      FloatVector.fromArray(F, p, po + i).add(change).intoArray(p, po + i);
    }
    for (; i < n; i++) {
      float denominator = (float) Math.sqrt(v[vo + i]) / root + eps;
      p[po + i] += m[mo + i] * stepSize / denominator;
    }
  }

  private static void flush(float[] x, int xo, int n) {
    for (int i = xo; i < xo + n; i++) {
      x[i] = flush(x[i]);
    }
  }

  private static float flush(float v) {
    return Math.abs(v) < Float.MIN_NORMAL ? 0 : v;
  }

  private static FloatVector flush(FloatVector v) {
    VectorMask<Float> tiny = v.abs().compare(VectorOperators.LT, Float.MIN_NORMAL);
    return v.blend(0, tiny);
  }

  private static float[] array(View view) {
    return ((FloatStorage) view.storage()).array();
  }
}
