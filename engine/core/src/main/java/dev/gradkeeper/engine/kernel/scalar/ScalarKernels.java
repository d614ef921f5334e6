package dev.gradkeeper.engine.kernel.scalar;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;

/**
 * Kernels in plain Java for float32 and float64, any strides: what every other implementation on
 * the CPU must equal to the bit. Sums run in the orders of {@link Sums}.
 */
public class ScalarKernels implements Kernels {

  @Override
  public void fill(View out, double value) {
    Elementwise.fill(out, value);
  }

  @Override
  public void copy(View in, View out) {
    Elementwise.copy(in, out);
  }

  @Override
  public void unary(Unary op, View in, View out) {
    Elementwise.unary(op, in, out);
  }

  @Override
  public void binary(Binary op, View a, View b, View out) {
    Elementwise.binary(op, a, b, out);
  }

  @Override
  public void affine(View in, double scale, double shift, View out) {
    Elementwise.affine(in, scale, shift, out);
  }

  @Override
  public void axpy(double alpha, View x, View y) {
    Elementwise.axpy(alpha, x, y);
  }

  @Override
  public void reduce(Reduction op, View in, View out) {
    Reductions.reduce(op, in, out);
  }

  @Override
  public void sumQuads(View x, View out) {
    Reductions.sumQuads(x, out);
  }

  @Override
  public void argmax(View in, View out) {
    Reductions.argmax(in, out);
  }

  @Override
  public void gemm(View a, View b, View c, boolean accumulate) {
    Gemm.gemm(a, b, c, accumulate);
  }

  @Override
  public void conv2d(View x, View weight, View bias, View out, Window window, int groups) {
    Convolution.forward(x, weight, bias, out, window, groups);
  }

  @Override
  public void conv2dBackwardInput(
      View weight, View gradOut, View gradX, Window window, int groups) {
    Convolution.backwardInput(weight, gradOut, gradX, window, groups);
  }

  @Override
  public void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    Convolution.backwardWeight(x, gradOut, gradWeight, window, groups, accumulate);
  }

  @Override
  public void maxPool2d(View x, View out, View indices, Window window) {
    Pooling.max(x, out, indices, window);
  }

  @Override
  public void maxPool2dBackward(View gradOut, View indices, View gradX) {
    Pooling.maxBackward(gradOut, indices, gradX);
  }

  @Override
  public void avgPool2d(View x, View out, Window window) {
    Pooling.average(x, out, window);
  }

  @Override
  public void avgPool2dBackward(View gradOut, View gradX, Window window) {
    Pooling.averageBackward(gradOut, gradX, window);
  }

  @Override
  public void logSoftmax(View x, View out) {
    Classification.logSoftmax(x, out);
  }

  @Override
  public void logSoftmaxBackward(View out, View gradOut, View gradX) {
    Classification.logSoftmaxBackward(out, gradOut, gradX);
  }

  @Override
  public void gather(View in, View index, View out) {
    Classification.gather(in, index, out);
  }

  @Override
  public void scatter(View values, View index, View out) {
    Classification.scatter(values, index, out);
  }

  @Override
  public void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    Optimizers.sgd(step, parameter, gradient, momentumBuffer);
  }

  @Override
  public void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    Optimizers.adam(step, parameter, gradient, expAvg, expAvgSq);
  }

  @Override
  public void clipByNorm(View values, View totalNorm, double maxNorm) {
    // fma(x, factor, -0) is x·factor, signs of zeros included
    affine(values, Optimizers.clipFactor(totalNorm, maxNorm), -0.0, values);
  }

  @Override
  public void clipByValue(View values, double limit) {
    Optimizers.clipByValue(values, limit);
  }

  @Override
  public String toString() {
    return "scalar";
  }
}
