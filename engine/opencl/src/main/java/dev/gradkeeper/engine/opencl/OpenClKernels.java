package dev.gradkeeper.engine.opencl;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.NormOfNorms;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;

/** Every kernel as launches on one session's queue, in float32. */
final class OpenClKernels implements Kernels {
  private final Elementwise elementwise;
  private final Reductions reductions;
  private final Norms norms;
  private final Products products;
  private final Convolutions convolutions;
  private final Pooling pooling;
  private final Classification classification;
  private final Optimizers optimizers;

  OpenClKernels(Launcher launcher) {
    elementwise = new Elementwise(launcher);
    reductions = new Reductions(launcher);
    norms = new Norms(launcher);
    products = new Products(launcher);
    convolutions = new Convolutions(launcher);
    pooling = new Pooling(launcher, elementwise);
    classification = new Classification(launcher);
    optimizers = new Optimizers(launcher);
  }

  @Override
  public void fill(View out, double value) {
    elementwise.fill(out, value);
  }

  @Override
  public void copy(View in, View out) {
    elementwise.copy(in, out);
  }

  @Override
  public void unary(Unary op, View in, View out) {
    elementwise.unary(op, in, out);
  }

  @Override
  public void binary(Binary op, View a, View b, View out) {
    elementwise.binary(op, a, b, out);
  }

  @Override
  public void affine(View in, double scale, double shift, View out) {
    elementwise.affine(in, scale, shift, out);
  }

  @Override
  public void axpy(double alpha, View x, View y) {
    elementwise.axpy(alpha, x, y);
  }

  @Override
  public void reduce(Reduction op, View in, View out) {
    reductions.reduce(op, in, out);
  }

  @Override
  public void sumQuads(View x, View out) {
    reductions.sumQuads(x, out);
  }

  @Override
  public void argmax(View in, View out) {
    reductions.argmax(in, out);
  }

  @Override
  public void gemm(View a, View b, View c, boolean accumulate) {
    products.gemm(a, b, c, accumulate);
  }

  @Override
  public void conv2d(View x, View weight, View bias, View out, Window window, int groups) {
    convolutions.forward(x, weight, bias, out, window, groups);
  }

  @Override
  public void conv2dBackwardInput(
      View weight, View gradOut, View gradX, Window window, int groups) {
    convolutions.backwardInput(weight, gradOut, gradX, window, groups);
  }

  @Override
  public void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    convolutions.backwardWeight(x, gradOut, gradWeight, window, groups, accumulate);
  }

  @Override
  public void maxPool2d(View x, View out, View indices, Window window) {
    pooling.max(x, out, indices, window);
  }

  @Override
  public void maxPool2dBackward(View gradOut, View indices, View gradX) {
    pooling.maxBackward(gradOut, indices, gradX);
  }

  @Override
  public void avgPool2d(View x, View out, Window window) {
    pooling.average(x, out, window);
  }

  @Override
  public void avgPool2dBackward(View gradOut, View gradX, Window window) {
    pooling.averageBackward(gradOut, gradX, window);
  }

  @Override
  public void logSoftmax(View x, View out) {
    classification.logSoftmax(x, out);
  }

  @Override
  public void logSoftmaxBackward(View out, View gradOut, View gradX) {
    classification.logSoftmaxBackward(out, gradOut, gradX);
  }

  @Override
  public void gather(View in, View index, View out) {
    classification.gather(in, index, out);
  }

  @Override
  public void scatter(View values, View index, View out) {
    classification.scatter(values, index, out);
  }

  @Override
  public void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    optimizers.sgd(step, parameter, gradient, momentumBuffer);
  }

  @Override
  public void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    optimizers.adam(step, parameter, gradient, expAvg, expAvgSq);
  }

  @Override
  public void clipByNorm(View values, View totalNorm, double maxNorm) {
    optimizers.clipByNorm(values, totalNorm, maxNorm);
  }

  @Override
  public void clipByValue(View values, double limit) {
    optimizers.clipByValue(values, limit);
  }

  @Override
  public void normOfNorms(NormOfNorms norm) {
    if (!norms.normOfNorms(norm)) {
      norm.compose(this);
    }
  }

  @Override
  public String toString() {
    return "opencl";
  }
}
