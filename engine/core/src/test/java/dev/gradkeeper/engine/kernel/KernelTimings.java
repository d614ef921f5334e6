package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;

import com.sun.management.ThreadMXBean;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Times the kernel calls of a training step, one by one, and square matrix products, next to the
 * measured peak of fused multiply-adds: one thread, the fastest of many calls, which other load
 * disturbs least. Not a test: run its {@code main} with {@code --add-modules jdk.incubator.vector}
 * and the test classes on the class path.
 */
public final class KernelTimings {
  private static final Kernels KERNELS = CpuDevice.get().kernels();

  /** Rounds until C2 has compiled everything, as long as that takes less than a minute. */
  private static final int WARM_UP = 10_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private record Call(String name, double flops, Runnable run) {}

  private KernelTimings() {}

  public static void main(String[] args) {
    double peak = peak();
    System.out.printf("%s kernels, FMA peak %.0f GFLOP/s%n", KERNELS, peak);
    for (int batch : new int[] {4, 32, 128}) {
      print("LeNet step, batch " + batch, lenet(batch), peak);
    }
    print("MLP 784-256-128-10 step, batch 64", mlp(64), peak);
    for (int n : new int[] {64, 256, 512, 1024}) {
      View a = random(n, n);
      View b = random(n, n);
      View c = zeros(n, n);
      double flops = 2.0 * n * n * n;
      print(
          "SGEMM " + n,
          List.of(
              new Call("a·b", flops, () -> KERNELS.gemm(a, b, c, false)),
              new Call("a·bᵀ", flops, () -> KERNELS.gemm(a, Views.transpose(b), c, false)),
              new Call("aᵀ·b", flops, () -> KERNELS.gemm(Views.transpose(a), b, c, false))),
          peak);
    }
  }

  private static List<Call> lenet(int n) {
    List<Call> calls = new ArrayList<>();
    List<View> parameters = new ArrayList<>();
    View x = random(n, 3, 32, 32);
    View conv1 = convolution(calls, parameters, "conv1", x, 6, 5, false);
    View pool1 = reluAndPool(calls, "pool1", conv1);
    View conv2 = convolution(calls, parameters, "conv2", pool1, 16, 5, true);
    View pool2 = reluAndPool(calls, "pool2", conv2);
    View flat = View.contiguous(pool2.storage(), pool2.offset(), n, 400);
    View fc1 = linear(calls, parameters, "fc1", flat, 120, true);
    View fc2 = linear(calls, parameters, "fc2", relu(calls, "relu3", fc1), 84, true);
    View fc3 = linear(calls, parameters, "fc3", relu(calls, "relu4", fc2), 10, true);
    crossEntropy(calls, fc3);
    optimizer(calls, parameters);
    return calls;
  }

  private static List<Call> mlp(int n) {
    List<Call> calls = new ArrayList<>();
    List<View> parameters = new ArrayList<>();
    View x = random(n, 784);
    View fc1 = linear(calls, parameters, "fc1", x, 256, false);
    View fc2 = linear(calls, parameters, "fc2", relu(calls, "relu1", fc1), 128, true);
    View fc3 = linear(calls, parameters, "fc3", relu(calls, "relu2", fc2), 10, true);
    crossEntropy(calls, fc3);
    optimizer(calls, parameters);
    return calls;
  }

  private static View convolution(
      List<Call> calls,
      List<View> parameters,
      String name,
      View x,
      int channels,
      int kernel,
      boolean inputGradient) {
    Window w = Window.square(kernel, 1);
    int height = w.outputHeight(x.size(2));
    int width = w.outputWidth(x.size(3));
    View weight = random(channels, x.size(1), kernel, kernel);
    View bias = random(channels);
    View out = random(x.size(0), channels, height, width);
    View gradOut = random(x.size(0), channels, height, width);
    View gradX = zeros(x.sizes());
    View gradWeight = zeros(weight.sizes());
    View gradBias = zeros(1, channels, 1, 1);
    double flops = 2.0 * out.count() * x.size(1) * kernel * kernel;
    calls.add(new Call(name + " forward", flops, () -> KERNELS.conv2d(x, weight, bias, out, w, 1)));
    calls.add(
        new Call(
            name + " weight gradient",
            flops,
            () -> KERNELS.conv2dBackwardWeight(x, gradOut, gradWeight, w, 1, false)));
    if (inputGradient) {
      calls.add(
          new Call(
              name + " input gradient",
              flops,
              () -> KERNELS.conv2dBackwardInput(weight, gradOut, gradX, w, 1)));
    }
    calls.add(
        new Call(
            name + " bias gradient",
            out.count(),
            () -> KERNELS.reduce(Reduction.SUM, gradOut, gradBias)));
    parameters.add(weight);
    parameters.add(bias);
    return out;
  }

  private static View linear(
      List<Call> calls, List<View> parameters, String name, View x, int out, boolean inputGrad) {
    View weight = random(out, x.size(1));
    View bias = random(out);
    View y = random(x.size(0), out);
    View gradY = random(x.size(0), out);
    View gradX = zeros(x.sizes());
    View gradWeight = zeros(weight.sizes());
    View gradBias = zeros(1, out);
    double flops = 2.0 * y.count() * x.size(1);
    calls.add(
        new Call(
            name + " forward",
            flops,
            () -> {
              KERNELS.copy(bias, y);
              KERNELS.gemm(x, Views.transpose(weight), y, true);
            }));
    calls.add(
        new Call(
            name + " weight gradient",
            flops,
            () -> KERNELS.gemm(Views.transpose(gradY), x, gradWeight, false)));
    if (inputGrad) {
      calls.add(
          new Call(
              name + " input gradient", flops, () -> KERNELS.gemm(gradY, weight, gradX, false)));
    }
    calls.add(
        new Call(
            name + " bias gradient",
            y.count(),
            () -> KERNELS.reduce(Reduction.SUM, gradY, gradBias)));
    parameters.add(weight);
    parameters.add(bias);
    return y;
  }

  private static View relu(List<Call> calls, String name, View x) {
    View out = random(x.sizes());
    View gradient = random(x.sizes());
    View gradX = zeros(x.sizes());
    calls.add(new Call(name, x.count(), () -> KERNELS.unary(Unary.RELU, x, out)));
    calls.add(
        new Call(
            name + " gradient",
            x.count(),
            () -> KERNELS.binary(Binary.WHERE_POSITIVE, out, gradient, gradX)));
    return out;
  }

  private static View reluAndPool(List<Call> calls, String name, View x) {
    View active = relu(calls, name + " relu", x);
    View out = random(x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2);
    View indices = Views.zeros(DType.INT32, out.sizes());
    View gradOut = random(out.sizes());
    View gradX = zeros(x.sizes());
    Window w = Window.square(2, 2);
    calls.add(new Call(name, x.count(), () -> KERNELS.maxPool2d(active, out, indices, w)));
    calls.add(
        new Call(
            name + " gradient",
            out.count(),
            () -> KERNELS.maxPool2dBackward(gradOut, indices, gradX)));
    return out;
  }

  private static void crossEntropy(List<Call> calls, View logits) {
    View logProbabilities = zeros(logits.sizes());
    View targets = Views.classes(1, logits.size(1), logits.size(0));
    View chosen = zeros(logits.size(0));
    View loss = zeros(1);
    View gradient = zeros(logits.sizes());
    View gradLogits = zeros(logits.sizes());
    calls.add(
        new Call(
            "cross entropy",
            logits.count(),
            () -> {
              KERNELS.logSoftmax(logits, logProbabilities);
              KERNELS.gather(logProbabilities, targets, chosen);
              KERNELS.reduce(Reduction.SUM, chosen, loss);
              KERNELS.affine(loss, -1.0 / logits.size(0), 0, loss);
            }));
    calls.add(
        new Call(
            "cross entropy gradient",
            logits.count(),
            () -> {
              KERNELS.fill(chosen, -1.0 / logits.size(0));
              KERNELS.scatter(chosen, targets, gradient);
              KERNELS.logSoftmaxBackward(logProbabilities, gradient, gradLogits);
            }));
  }

  private static void optimizer(List<Call> calls, List<View> parameters) {
    SgdStep sgd = new SgdStep();
    sgd.lr = 1e-6;
    sgd.momentum = 0.9;
    List<View> gradients = parameters.stream().map(p -> random(p.sizes())).toList();
    List<View> buffers = parameters.stream().map(p -> random(p.sizes())).toList();
    View norm = zeros(1);
    int count = parameters.stream().mapToInt(View::count).sum();
    List<View> flat =
        gradients.stream().map(g -> View.contiguous(g.storage(), g.offset(), g.count())).toList();
    calls.add(
        new Call(
            "gradient norm",
            2.0 * count,
            () -> {
              for (View gradient : flat) {
                KERNELS.reduce(Reduction.SUM_OF_SQUARES, gradient, norm);
              }
            }));
    calls.add(
        new Call(
            "SGD with momentum",
            4.0 * count,
            () -> {
              for (int i = 0; i < parameters.size(); i++) {
                KERNELS.sgd(sgd, parameters.get(i), gradients.get(i), buffers.get(i));
              }
            }));
  }

  private static View random(int... sizes) {
    return Views.random(FLOAT32, sizes.length, sizes);
  }

  private static View zeros(int... sizes) {
    return Views.zeros(FLOAT32, sizes);
  }

  private static void print(String title, List<Call> calls, double peak) {
    long budget = 2_000_000_000L / calls.size();
    double[] micros = new double[calls.size()];
    long[] bytes = new long[calls.size()];
    long end = System.nanoTime() + 60_000_000_000L;
    for (int i = 0; i < WARM_UP && System.nanoTime() < end; i++) {
      calls.forEach(call -> call.run.run());
    }
    for (int i = 0; i < micros.length; i++) {
      long fastest = Long.MAX_VALUE;
      Runnable run = calls.get(i).run;
      for (long stop = System.nanoTime() + budget; System.nanoTime() < stop; ) {
        long start = System.nanoTime();
        run.run();
        fastest = Math.min(fastest, System.nanoTime() - start);
      }
      micros[i] = fastest / 1e3;
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long baseline = THREADS.getCurrentThreadAllocatedBytes() - before;
      before = THREADS.getCurrentThreadAllocatedBytes();
      run.run();
      bytes[i] = THREADS.getCurrentThreadAllocatedBytes() - before - baseline;
    }
    System.out.printf("%n%-28s %9s %9s %6s %7s%n", title, "us", "GFLOP/s", "peak", "bytes");
    double total = 0;
    double flops = 0;
    for (int i = 0; i < micros.length; i++) {
      line(calls.get(i).name, micros[i], calls.get(i).flops, peak, bytes[i]);
      total += micros[i];
      flops += calls.get(i).flops;
    }
    line("total", total, flops, peak, 0);
  }

  private static void line(String name, double micros, double flops, double peak, long bytes) {
    double rate = flops / micros / 1e3;
    System.out.printf(
        "%-28s %9.1f %9.1f %5.0f%% %7d%n", name, micros, rate, 100 * rate / peak, bytes);
  }

  /** GFLOP/s of 16 independent chains of vectors: the best of many short runs. */
  private static double peak() {
    double best = 0;
    for (int i = 0; i < 400; i++) {
      int rounds = 100_000;
      long start = System.nanoTime();
      if (chains(rounds) == 1) {
        throw new AssertionError();
      }
      double nanos = System.nanoTime() - start;
      best = Math.max(best, 2.0 * 16 * SPECIES.length() * rounds / nanos);
    }
    return best;
  }

  private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;

  private static float chains(int rounds) {
    FloatVector x = FloatVector.broadcast(SPECIES, 0.5f);
    FloatVector a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x;
    FloatVector i = x, j = x, k = x, l = x, m = x, n = x, o = x, p = x;
    for (int r = 0; r < rounds; r++) {
      a = a.fma(x, x);
      b = b.fma(x, x);
      c = c.fma(x, x);
      d = d.fma(x, x);
      e = e.fma(x, x);
      f = f.fma(x, x);
      g = g.fma(x, x);
      h = h.fma(x, x);
      i = i.fma(x, x);
      j = j.fma(x, x);
      k = k.fma(x, x);
      l = l.fma(x, x);
      m = m.fma(x, x);
      n = n.fma(x, x);
      o = o.fma(x, x);
      p = p.fma(x, x);
    }
    FloatVector sum = a.add(b).add(c).add(d).add(e).add(f).add(g).add(h);
    return sum.add(i).add(j).add(k).add(l).add(m).add(n).add(o).add(p).lane(0);
  }
}
