package dev.gradkeeper.engine.kernel.vector;

import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP0;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP1;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP2;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP3;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP4;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP5;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP_MAX;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.EXP_MIN;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.LN2_HIGH;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.LN2_LOW;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.LOG2_E;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.ROUNDER;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH0;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH1;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH2;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH3;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH4;
import static dev.gradkeeper.engine.kernel.scalar.FloatMath.TANH_SMALL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** {@link dev.gradkeeper.engine.kernel.scalar.FloatMath} lane by lane, operation by operation. */
final class VectorMath {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector n = x.fma(constant(LOG2_E), constant(ROUNDER)).sub(constant(ROUNDER));
    FloatVector r = n.fma(constant(-LN2_HIGH), x);
    r = n.fma(constant(-LN2_LOW), r);
    FloatVector p = constant(EXP0);
    p = p.fma(r, constant(EXP1));
    p = p.fma(r, constant(EXP2));
    p = p.fma(r, constant(EXP3));
    p = p.fma(r, constant(EXP4));
    p = p.fma(r, constant(EXP5));
    FloatVector y = p.fma(r.mul(r), r).add(constant(1));
    IntVector exponent = (IntVector) n.convertShape(VectorOperators.F2I, I, 0);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    y = y.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
    y = y.blend(FloatVector.zero(F), x.compare(VectorOperators.LT, constant(EXP_MIN)));
    y =
        y.blend(
            constant(Float.POSITIVE_INFINITY), x.compare(VectorOperators.GT, constant(EXP_MAX)));
    return y.blend(x, x.compare(VectorOperators.NE, x));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = constant(TANH0);
    p = p.fma(z, constant(TANH1));
    p = p.fma(z, constant(TANH2));
    p = p.fma(z, constant(TANH3));
    p = p.fma(z, constant(TANH4));
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector e = exp(magnitude.add(magnitude)).add(constant(1));
    FloatVector y = constant(1).sub(constant(2).div(e));
    y = y.blend(y.neg(), x.compare(VectorOperators.LT, 0));
    return y.blend(small, magnitude.compare(VectorOperators.LT, constant(TANH_SMALL)));
  }

  static FloatVector sigmoid(FloatVector x) {
    return constant(1).div(exp(x.neg()).add(constant(1)));
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }

  private static FloatVector constant(float value) {
    return FloatVector.broadcast(F, value);
  }
}
