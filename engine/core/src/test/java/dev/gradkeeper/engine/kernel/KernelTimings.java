package dev.gradkeeper.engine.kernel;

import static dev.gradkeeper.engine.kernel.DType.FLOAT32;

import com.sun.management.ThreadMXBean;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Times the kernel calls of a training step, one by one, and square matrix products, next to the
 * measured peak of fused multiply-adds: one thread; the fastest of many calls, which other load
 * disturbs least, and the median. Not a test: run its {@code main} with {@code --add-modules
 * jdk.incubator.vector} and the test classes on the class path. Arguments choose workloads, such as
 * {@code lenet4 mlp64 sgemm512}.
 */
public final class KernelTimings {
  private static final Kernels KERNELS = CpuDevice.get().kernels();

  /** Rounds until C2 has compiled everything, as long as that takes less than a minute. */
  private static final int WARM_UP = 10_000;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** At most, and no longer than four seconds. */
  private static final int ROUNDS = 4_000;

  private record Call(String name, double flops, Runnable run) {}

  private KernelTimings() {}

  public static void main(String[] args) {
    double peak = peak();
    System.out.printf("%s kernels, FMA peak %.0f GFLOP/s%n", KERNELS, peak);
    List<String> workloads =
        args.length > 0
            ? List.of(args)
            : List.of(
                "lenet4",
                "eager4",
                "lenet32",
                "lenet128",
                "mlp64",
                "sgemm64",
                "sgemm256",
                "sgemm512",
                "sgemm1024");
    for (String workload : workloads) {
      int n = Integer.parseInt(workload.replaceAll("\\D", ""));
      switch (workload.replaceAll("\\d", "")) {
        case "lenet" -> print("LeNet step, batch " + n, lenet(n, true), peak);
        case "eager" -> print("LeNet unfused, batch " + n, lenet(n, false), peak);
        case "mlp" -> print("MLP 784-256-128-10, batch " + n, mlp(n), peak);
        case "sgemm" -> print("SGEMM " + n, sgemm(n), peak);
        default ->
            throw new IllegalArgumentException(workload + ": lenetN, eagerN, mlpN or sgemmN");
      }
    }
  }

  private static List<Call> sgemm(int n) {
    View a = random(n, n);
    View b = random(n, n);
    View c = zeros(n, n);
    double flops = 2.0 * n * n * n;
    return List.of(
        new Call("a·b", flops, () -> KERNELS.gemm(a, b, c, false)),
        new Call("a·bᵀ", flops, () -> KERNELS.gemm(a, Views.transpose(b), c, false)),
        new Call("aᵀ·b", flops, () -> KERNELS.gemm(Views.transpose(a), b, c, false)));
  }

  private static List<Call> lenet(int n, boolean fused) {
    List<Call> calls = new ArrayList<>();
    List<View> parameters = new ArrayList<>();
    View x = random(n, 3, 32, 32);
    View pool1 =
        fused
            ? block(calls, parameters, "conv1", x, 6, 5, false)
            : convolution(calls, parameters, "conv1", x, 6, 5, false);
    View pool2 =
        fused
            ? block(calls, parameters, "conv2", pool1, 16, 5, true)
            : convolution(calls, parameters, "conv2", pool1, 16, 5, true);
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

  /** A convolution, its relu and its pooling as one kernel. */
  private static View block(
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
    View activated = random(x.size(0), channels, height, width);
    View out = random(x.size(0), channels, height / 2, width / 2);
    View indices = Views.zeros(DType.INT32, out.sizes());
    Window pool = Window.square(2, 2);
    ConvBlock block = new ConvBlock(x, weight, bias, w, 1, activated, pool, out, indices);
    ConvBlock.Gradients gradients =
        new ConvBlock.Gradients(
            random(out.sizes()),
            zeros(out.sizes()),
            zeros(activated.sizes()),
            inputGradient ? zeros(x.sizes()) : null,
            zeros(weight.sizes()),
            zeros(1, channels, 1, 1),
            false);
    double flops = 2.0 * activated.count() * x.size(1) * kernel * kernel;
    calls.add(new Call(name + " block", flops, () -> KERNELS.convBlock(block)));
    calls.add(
        new Call(
            name + " block gradients",
            inputGradient ? 2 * flops : flops,
            () -> KERNELS.convBlockBackward(block, gradients)));
    parameters.add(weight);
    parameters.add(bias);
    return out;
  }

  /** With its relu and its pooling. */
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
    View gradOut = zeros(out.sizes());
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
    return reluAndPool(calls, name.replace("conv", "pool"), out, gradOut);
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
    View rows = new View(bias.storage(), bias.offset(), y.sizes(), new int[] {0, 1});
    LinearBlock layer = new LinearBlock(x, Views.transpose(weight), rows, false, y);
    double flops = 2.0 * y.count() * x.size(1);
    calls.add(
        new Call(
            name + " forward",
            flops,
            () -> {
              KERNELS.linearBlock(layer);
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
    return relu(calls, name, x, random(x.sizes()), zeros(x.sizes()));
  }

  private static View relu(List<Call> calls, String name, View x, View gradient, View gradX) {
    View out = random(x.sizes());
    calls.add(new Call(name, x.count(), () -> KERNELS.unary(Unary.RELU, x, out)));
    calls.add(
        new Call(
            name + " gradient",
            x.count(),
            () -> KERNELS.binary(Binary.WHERE_POSITIVE, out, gradient, gradX)));
    return out;
  }

  /** The convolution's gradient is what pooling and relu leave of it, three quarters or more 0. */
  private static View reluAndPool(List<Call> calls, String name, View x, View gradConvolved) {
    View gradActive = zeros(x.sizes());
    View active = relu(calls, name + " relu", x, gradActive, gradConvolved);
    View out = random(x.size(0), x.size(1), x.size(2) / 2, x.size(3) / 2);
    View indices = Views.zeros(DType.INT32, out.sizes());
    View gradOut = random(out.sizes());
    Window w = Window.square(2, 2);
    calls.add(new Call(name, x.count(), () -> KERNELS.maxPool2d(active, out, indices, w)));
    calls.add(
        new Call(
            name + " gradient",
            out.count(),
            () -> KERNELS.maxPool2dBackward(gradOut, indices, gradActive)));
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

  /** Rounds through all the calls, as a step makes them: what one call evicts, the next misses. */
  private static void print(String title, List<Call> calls, double peak) {
    long end = System.nanoTime() + 60_000_000_000L;
    for (int i = 0; i < WARM_UP && System.nanoTime() < end; i++) {
      calls.forEach(call -> call.run.run());
    }
    long[][] nanos = new long[calls.size()][ROUNDS];
    int rounds = 0;
    end = System.nanoTime() + 4_000_000_000L;
    while (rounds < ROUNDS && System.nanoTime() < end) {
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        calls.get(i).run.run();
        nanos[i][rounds] = System.nanoTime() - start;
      }
      rounds++;
    }
    System.out.printf(
        "%n%-28s %8s %8s %8s %5s %6s%n", title, "min us", "median", "GFLOP/s", "peak", "bytes");
    double fastest = 0;
    double median = 0;
    double flops = 0;
    for (int i = 0; i < nanos.length; i++) {
      Call call = calls.get(i);
      Arrays.sort(nanos[i], 0, rounds);
      double least = nanos[i][0] / 1e3;
      double middle = nanos[i][rounds / 2] / 1e3;
      line(call.name, least, middle, call.flops, peak, allocated(call));
      fastest += least;
      median += middle;
      flops += call.flops;
    }
    line("total", fastest, median, flops, peak, 0);
  }

  private static long allocated(Call call) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    long baseline = THREADS.getCurrentThreadAllocatedBytes() - before;
    before = THREADS.getCurrentThreadAllocatedBytes();
    call.run.run();
    return THREADS.getCurrentThreadAllocatedBytes() - before - baseline;
  }

  private static void line(
      String name, double fastest, double median, double flops, double peak, long bytes) {
    double rate = flops / fastest / 1e3;
    System.out.printf(
        "%-28s %8.1f %8.1f %8.1f %4.0f%% %6d%n",
        name, fastest, median, rate, 100 * rate / peak, bytes);
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
