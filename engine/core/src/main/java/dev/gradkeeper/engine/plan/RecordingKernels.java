package dev.gradkeeper.engine.plan;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.Unary;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import java.util.function.Consumer;

/** Runs each kernel and hands the call on, to be repeated. */
final class RecordingKernels implements Kernels {
  private final Kernels kernels;
  private final Consumer<Runnable> calls;

  RecordingKernels(Kernels kernels, Consumer<Runnable> calls) {
    this.kernels = kernels;
    this.calls = calls;
  }

  private void enqueue(Runnable call) {
    call.run();
    calls.accept(call);
  }

  @Override
  public void fill(View out, double value) {
    enqueue(() -> kernels.fill(out, value));
  }

  @Override
  public void copy(View in, View out) {
    enqueue(() -> kernels.copy(in, out));
  }

  @Override
  public void unary(Unary op, View in, View out) {
    enqueue(() -> kernels.unary(op, in, out));
  }

  @Override
  public void binary(Binary op, View a, View b, View out) {
    enqueue(() -> kernels.binary(op, a, b, out));
  }

  @Override
  public void affine(View in, double scale, double shift, View out) {
    enqueue(() -> kernels.affine(in, scale, shift, out));
  }

  @Override
  public void axpy(double alpha, View x, View y) {
    enqueue(() -> kernels.axpy(alpha, x, y));
  }

  @Override
  public void reduce(Reduction op, View in, View out) {
    enqueue(() -> kernels.reduce(op, in, out));
  }

  @Override
  public void argmax(View in, View out) {
    enqueue(() -> kernels.argmax(in, out));
  }

  @Override
  public void gemm(View a, View b, View c, boolean accumulate) {
    enqueue(() -> kernels.gemm(a, b, c, accumulate));
  }

  @Override
  public void conv2d(View x, View weight, View bias, View out, Window window, int groups) {
    enqueue(() -> kernels.conv2d(x, weight, bias, out, window, groups));
  }

  @Override
  public void conv2dBackwardInput(
      View weight, View gradOut, View gradX, Window window, int groups) {
    enqueue(() -> kernels.conv2dBackwardInput(weight, gradOut, gradX, window, groups));
  }

  @Override
  public void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    enqueue(() -> kernels.conv2dBackwardWeight(x, gradOut, gradWeight, window, groups, accumulate));
  }

  @Override
  public void maxPool2d(View x, View out, View indices, Window window) {
    enqueue(() -> kernels.maxPool2d(x, out, indices, window));
  }

  @Override
  public void maxPool2dBackward(View gradOut, View indices, View gradX) {
    enqueue(() -> kernels.maxPool2dBackward(gradOut, indices, gradX));
  }

  @Override
  public void avgPool2d(View x, View out, Window window) {
    enqueue(() -> kernels.avgPool2d(x, out, window));
  }

  @Override
  public void avgPool2dBackward(View gradOut, View gradX, Window window) {
    enqueue(() -> kernels.avgPool2dBackward(gradOut, gradX, window));
  }

  @Override
  public void logSoftmax(View x, View out) {
    enqueue(() -> kernels.logSoftmax(x, out));
  }

  @Override
  public void logSoftmaxBackward(View out, View gradOut, View gradX) {
    enqueue(() -> kernels.logSoftmaxBackward(out, gradOut, gradX));
  }

  @Override
  public void gather(View in, View index, View out) {
    enqueue(() -> kernels.gather(in, index, out));
  }

  @Override
  public void scatter(View values, View index, View out) {
    enqueue(() -> kernels.scatter(values, index, out));
  }

  @Override
  public void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    enqueue(() -> kernels.sgd(step, parameter, gradient, momentumBuffer));
  }

  @Override
  public void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    enqueue(() -> kernels.adam(step, parameter, gradient, expAvg, expAvgSq));
  }

  @Override
  public void clipByNorm(View values, View totalNorm, double maxNorm) {
    enqueue(() -> kernels.clipByNorm(values, totalNorm, maxNorm));
  }

  @Override
  public void clipByValue(View values, double limit) {
    enqueue(() -> kernels.clipByValue(values, limit));
  }
}
