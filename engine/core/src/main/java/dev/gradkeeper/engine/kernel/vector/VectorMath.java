package dev.gradkeeper.engine.kernel.vector;

import dev.gradkeeper.engine.kernel.scalar.FloatMath;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * {@link FloatMath} lane by lane, operation by operation. Its constants are objects that are there:
 * vectors broadcast in the code became new ones in some processes, three for each call of exp.
 */
final class VectorMath {
  private static final VectorSpecies<Float> F = Lanes.FLOATS;
  private static final VectorSpecies<Integer> I = Lanes.INTS;

  private static final FloatVector ZERO = FloatVector.broadcast(F, 0);
  private static final FloatVector ONE = FloatVector.broadcast(F, 1);
  private static final FloatVector TWO = FloatVector.broadcast(F, 2);
  private static final FloatVector INFINITY = FloatVector.broadcast(F, Float.POSITIVE_INFINITY);
  private static final FloatVector LOG2_E = FloatVector.broadcast(F, FloatMath.LOG2_E);
  private static final FloatVector ROUNDER = FloatVector.broadcast(F, FloatMath.ROUNDER);
  private static final FloatVector MINUS_LN2_HIGH = FloatVector.broadcast(F, -FloatMath.LN2_HIGH);
  private static final FloatVector MINUS_LN2_LOW = FloatVector.broadcast(F, -FloatMath.LN2_LOW);
  private static final FloatVector EXP0 = FloatVector.broadcast(F, FloatMath.EXP0);
  private static final FloatVector EXP1 = FloatVector.broadcast(F, FloatMath.EXP1);
  private static final FloatVector EXP2 = FloatVector.broadcast(F, FloatMath.EXP2);
  private static final FloatVector EXP3 = FloatVector.broadcast(F, FloatMath.EXP3);
  private static final FloatVector EXP4 = FloatVector.broadcast(F, FloatMath.EXP4);
  private static final FloatVector EXP5 = FloatVector.broadcast(F, FloatMath.EXP5);
  private static final FloatVector EXP_MIN = FloatVector.broadcast(F, FloatMath.EXP_MIN);
  private static final FloatVector EXP_MAX = FloatVector.broadcast(F, FloatMath.EXP_MAX);
  private static final FloatVector TANH0 = FloatVector.broadcast(F, FloatMath.TANH0);
  private static final FloatVector TANH1 = FloatVector.broadcast(F, FloatMath.TANH1);
  private static final FloatVector TANH2 = FloatVector.broadcast(F, FloatMath.TANH2);
  private static final FloatVector TANH3 = FloatVector.broadcast(F, FloatMath.TANH3);
  private static final FloatVector TANH4 = FloatVector.broadcast(F, FloatMath.TANH4);
  private static final FloatVector TANH_SMALL = FloatVector.broadcast(F, FloatMath.TANH_SMALL);

  private VectorMath() {}

  static FloatVector exp(FloatVector x) {
    FloatVector n = x.fma(LOG2_E, ROUNDER).sub(ROUNDER);
    FloatVector r = n.fma(MINUS_LN2_HIGH, x);
    r = n.fma(MINUS_LN2_LOW, r);
    FloatVector p = EXP0;
    p = p.fma(r, EXP1);
    p = p.fma(r, EXP2);
    p = p.fma(r, EXP3);
    p = p.fma(r, EXP4);
    p = p.fma(r, EXP5);
    FloatVector y = p.fma(r.mul(r), r).add(ONE);
    IntVector exponent = (IntVector) n.convertShape(VectorOperators.F2I, I, 0);
    IntVector half = exponent.lanewise(VectorOperators.ASHR, 1);
    y = y.mul(powerOfTwo(half)).mul(powerOfTwo(exponent.sub(half)));
    y = y.blend(ZERO, x.compare(VectorOperators.LT, EXP_MIN));
    y = y.blend(INFINITY, x.compare(VectorOperators.GT, EXP_MAX));
    return y.blend(x, x.compare(VectorOperators.NE, x));
  }

  static FloatVector tanh(FloatVector x) {
    FloatVector magnitude = x.abs();
    FloatVector z = x.mul(x);
    FloatVector p = TANH0;
    p = p.fma(z, TANH1);
    p = p.fma(z, TANH2);
    p = p.fma(z, TANH3);
    p = p.fma(z, TANH4);
    FloatVector small = p.mul(z).fma(x, x);
    FloatVector e = exp(magnitude.add(magnitude)).add(ONE);
    FloatVector y = ONE.sub(TWO.div(e));
    y = y.blend(y.neg(), x.compare(VectorOperators.LT, 0));
    return y.blend(small, magnitude.compare(VectorOperators.LT, TANH_SMALL));
  }

  static FloatVector sigmoid(FloatVector x) {
    return ONE.div(exp(x.neg()).add(ONE));
  }

  private static FloatVector powerOfTwo(IntVector exponent) {
    return exponent.add(127).lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats();
  }
}
