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
  private final Consumer<KernelCall> calls;

  RecordingKernels(Kernels kernels, Consumer<KernelCall> calls) {
    this.kernels = kernels;
    this.calls = calls;
  }

  private void enqueue(KernelCall call) {
    call.run(kernels);
    calls.accept(call);
  }

  @Override
  public void fill(View out, double value) {
    enqueue(new KernelCall.Fill(out, value));
  }

  @Override
  public void copy(View in, View out) {
    enqueue(new KernelCall.Copy(in, out));
  }

  @Override
  public void unary(Unary op, View in, View out) {
    enqueue(new KernelCall.Map(op, in, out));
  }

  @Override
  public void binary(Binary op, View a, View b, View out) {
    enqueue(new KernelCall.Combine(op, a, b, out));
  }

  @Override
  public void affine(View in, double scale, double shift, View out) {
    enqueue(new KernelCall.Affine(in, scale, shift, out));
  }

  @Override
  public void axpy(double alpha, View x, View y) {
    enqueue(new KernelCall.Axpy(alpha, x, y));
  }

  @Override
  public void reduce(Reduction op, View in, View out) {
    enqueue(new KernelCall.Reduce(op, in, out));
  }

  @Override
  public void sumQuads(View x, View out) {
    enqueue(new KernelCall.SumQuads(x, out));
  }

  @Override
  public void argmax(View in, View out) {
    enqueue(new KernelCall.Argmax(in, out));
  }

  @Override
  public void gemm(View a, View b, View c, boolean accumulate) {
    enqueue(new KernelCall.Gemm(a, b, c, accumulate));
  }

  @Override
  public void conv2d(View x, View weight, View bias, View out, Window window, int groups) {
    enqueue(new KernelCall.Conv2d(x, weight, bias, out, window, groups));
  }

  @Override
  public void conv2dBackwardInput(
      View weight, View gradOut, View gradX, Window window, int groups) {
    enqueue(new KernelCall.Conv2dBackwardInput(weight, gradOut, gradX, window, groups));
  }

  @Override
  public void conv2dBackwardWeight(
      View x, View gradOut, View gradWeight, Window window, int groups, boolean accumulate) {
    enqueue(
        new KernelCall.Conv2dBackwardWeight(x, gradOut, gradWeight, window, groups, accumulate));
  }

  @Override
  public void maxPool2d(View x, View out, View indices, Window window) {
    enqueue(new KernelCall.MaxPool2d(x, out, indices, window));
  }

  @Override
  public void maxPool2dBackward(View gradOut, View indices, View gradX) {
    enqueue(new KernelCall.MaxPool2dBackward(gradOut, indices, gradX));
  }

  @Override
  public void avgPool2d(View x, View out, Window window) {
    enqueue(new KernelCall.AvgPool2d(x, out, window));
  }

  @Override
  public void avgPool2dBackward(View gradOut, View gradX, Window window) {
    enqueue(new KernelCall.AvgPool2dBackward(gradOut, gradX, window));
  }

  @Override
  public void logSoftmax(View x, View out) {
    enqueue(new KernelCall.LogSoftmax(x, out));
  }

  @Override
  public void logSoftmaxBackward(View out, View gradOut, View gradX) {
    enqueue(new KernelCall.LogSoftmaxBackward(out, gradOut, gradX));
  }

  @Override
  public void gather(View in, View index, View out) {
    enqueue(new KernelCall.Gather(in, index, out));
  }

  @Override
  public void scatter(View values, View index, View out) {
    enqueue(new KernelCall.Scatter(values, index, out));
  }

  @Override
  public void sgd(SgdStep step, View parameter, View gradient, View momentumBuffer) {
    enqueue(new KernelCall.Sgd(step, parameter, gradient, momentumBuffer));
  }

  @Override
  public void adam(AdamStep step, View parameter, View gradient, View expAvg, View expAvgSq) {
    enqueue(new KernelCall.Adam(step, parameter, gradient, expAvg, expAvgSq));
  }

  @Override
  public void clipByNorm(View values, View totalNorm, double maxNorm) {
    enqueue(new KernelCall.ClipByNorm(values, totalNorm, maxNorm));
  }

  @Override
  public void clipByValue(View values, double limit) {
    enqueue(new KernelCall.ClipByValue(values, limit));
  }
}
