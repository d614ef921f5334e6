package dev.gradkeeper.benchmarks.kernel;

import static dev.gradkeeper.benchmarks.kernel.Operands.array;
import static dev.gradkeeper.benchmarks.kernel.Operands.constant;
import static dev.gradkeeper.benchmarks.kernel.Operands.transpose;
import static dev.gradkeeper.benchmarks.kernel.Operands.zeros;

import dev.gradkeeper.engine.kernel.AdamStep;
import dev.gradkeeper.engine.kernel.ConvBlock;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.LinearBlock;
import dev.gradkeeper.engine.kernel.Quads;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SgdStep;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.kernel.heap.HeapStorage;
import java.util.function.Supplier;

/** A call of a kernel, with arguments of its own: those of LeNet at batch 4, and larger ones. */
public enum Subject {
  CONV1(
      "LeNet's first convolution with relu and pooling, batch 4",
      Work.flops(2.0 * 4 * 6 * 28 * 28 * 75),
      () -> new Block(3, 32, 6, false).forward()),
  CONV1_GRADIENTS(
      "… its gradients of weights and bias",
      Work.flops(2.0 * 4 * 6 * 28 * 28 * 75),
      () -> new Block(3, 32, 6, false).backward()),
  CONV2(
      "LeNet's second convolution with relu and pooling, batch 4",
      Work.flops(2.0 * 4 * 16 * 10 * 10 * 150),
      () -> new Block(6, 14, 16, true).forward()),
  CONV2_GRADIENTS(
      "… its gradients of input, weights and bias",
      Work.flops(2 * 2.0 * 4 * 16 * 10 * 10 * 150),
      () -> new Block(6, 14, 16, true).backward()),
  LINEAR(
      "LeNet's first linear layer with relu, batch 4",
      Work.flops(2.0 * 4 * 400 * 120),
      () -> Layer.forward(4, 400, 120)),
  LINEAR_INPUT(
      "… its gradient of the input",
      Work.flops(2.0 * 4 * 400 * 120),
      () -> Layer.inputGradient(4, 400, 120)),
  LINEAR_WEIGHT(
      "… its gradient of the weights",
      Work.flops(2.0 * 4 * 400 * 120),
      () -> Layer.weightGradient(4, 400, 120)),
  LINEAR_64(
      "linear layer 784 → 256 with relu, batch 64",
      Work.flops(2.0 * 64 * 784 * 256),
      () -> Layer.forward(64, 784, 256)),
  SGEMM_256("SGEMM 256", Work.flops(2.0 * 256 * 256 * 256), () -> gemm(256)),
  SGEMM_1024("SGEMM 1024", Work.flops(2.0 * 1024 * 1024 * 1024), () -> gemm(1024)),
  NORM("norm of 62,006 gradients", Work.bytes(4.0 * Update.COUNT), () -> Update.norm(Update.COUNT)),
  NORM_LARGE(
      "norm of 16,777,216 gradients",
      Work.bytes(4.0 * Update.MANY),
      () -> Update.norm(Update.MANY)),
  ADAM("Adam, 62,006 parameters", Work.bytes(28.0 * Update.COUNT), Update::adam),
  SGD_LARGE(
      "SGD with momentum, 16,777,216 parameters",
      Work.bytes(20.0 * Update.MANY),
      () -> Update.sgd(Update.MANY, false)),
  SGD(
      "SGD with momentum, 62,006 parameters",
      Work.bytes(20.0 * Update.COUNT),
      () -> Update.sgd(Update.COUNT, false)),
  SGD_DEAD(
      "… of dead units: no gradient, and a momentum that decays below normal numbers",
      Work.bytes(20.0 * Update.COUNT),
      () -> Update.sgd(Update.COUNT, true)),
  SGD_LOOP(
      "the same as a loop of Java's that flushes nothing",
      Work.bytes(20.0 * Update.COUNT),
      () -> Update.loop(false)),
  SGD_LOOP_DEAD("… of dead units", Work.bytes(20.0 * Update.COUNT), () -> Update.loop(true));

  /** What a call does, of which the other one is 0. */
  private record Work(double flops, double bytes) {
    static Work flops(double flops) {
      return new Work(flops, 0);
    }

    static Work bytes(double bytes) {
      return new Work(0, bytes);
    }
  }

  private final String title;
  private final Work work;
  private final Supplier<Runnable> call;

  Subject(String title, Work work, Supplier<Runnable> call) {
    this.title = title;
    this.work = work;
    this.call = call;
  }

  public String title() {
    return title;
  }

  /** Floating-point operations, those with zeros among them; 0 where memory is what counts. */
  public double flops() {
    return work.flops;
  }

  /** Bytes read and written; 0 where operations are what counts. */
  public double bytes() {
    return work.bytes;
  }

  /** The call, on new arguments. */
  Runnable prepare() {
    return call.get();
  }

  /** Not a constant: whoever only lists the subjects has no use for kernels. */
  private static Kernels kernels() {
    return CpuDevice.get().kernels();
  }

  private static Runnable gemm(int n) {
    Operands of = new Operands();
    View a = of.random(n, n);
    View b = of.random(n, n);
    View c = zeros(n, n);
    return () -> kernels().gemm(a, b, c, false);
  }

  /** A convolution of 5×5 with its relu and a pooling of 2×2, batch 4. */
  private static final class Block {
    private static final int BATCH = 4;
    private static final int KERNEL = 5;

    private final ConvBlock block;
    private final ConvBlock.Gradients gradients;

    Block(int in, int side, int out, boolean inputGradient) {
      Operands of = new Operands();
      int convolved = side - KERNEL + 1;
      int pooled = convolved / 2;
      View x = of.random(BATCH, in, side, side);
      View weight = of.random(out, in, KERNEL, KERNEL);
      View activated = zeros(BATCH, out, convolved, convolved);
      View y = zeros(BATCH, out, pooled, pooled);
      View indices =
          View.contiguous(HeapStorage.allocate(DType.INT32, y.count()), 0, y.sizes().clone());
      block =
          new ConvBlock(
              x,
              weight,
              of.random(out),
              Window.square(KERNEL, 1),
              1,
              activated,
              Window.square(2, 2),
              y,
              indices);
      gradients =
          new ConvBlock.Gradients(
              of.random(y.sizes()),
              zeros(y.sizes()),
              zeros(activated.sizes()),
              inputGradient ? zeros(x.sizes()) : null,
              zeros(weight.sizes()),
              zeros(out, BATCH, Quads.terms(convolved, convolved)),
              zeros(out, 1, 1),
              false);
    }

    Runnable forward() {
      return () -> kernels().convBlock(block);
    }

    Runnable backward() {
      kernels().convBlock(block);
      return () -> kernels().convBlockBackward(block, gradients);
    }
  }

  /** A linear layer of {@code in} → {@code out}. */
  private static final class Layer {
    private Layer() {}

    static Runnable forward(int batch, int in, int out) {
      Operands of = new Operands();
      View bias = of.random(out);
      View rows = new View(bias.storage(), 0, new int[] {batch, out}, new int[] {0, 1});
      LinearBlock layer =
          new LinearBlock(
              of.random(batch, in), transpose(of.random(out, in)), rows, true, zeros(batch, out));
      return () -> kernels().linearBlock(layer);
    }

    static Runnable inputGradient(int batch, int in, int out) {
      Operands of = new Operands();
      View gradient = of.random(batch, out);
      View weight = of.random(out, in);
      View x = zeros(batch, in);
      return () -> kernels().gemm(gradient, weight, x, false);
    }

    static Runnable weightGradient(int batch, int in, int out) {
      Operands of = new Operands();
      View gradient = transpose(of.random(batch, out));
      View x = of.random(batch, in);
      View weight = zeros(out, in);
      return () -> kernels().gemm(gradient, x, weight, false);
    }
  }

  /** What is done to all parameters in a step. */
  private static final class Update {
    /** LeNet's. */
    static final int COUNT = 62_006;

    /** More than caches hold. */
    static final int MANY = 1 << 24;

    private static final float MOMENTUM = 0.9f;
    private static final float RATE = 1e-3f;

    private Update() {}

    static Runnable norm(int count) {
      View gradients = new Operands().random(count);
      View norm = zeros(1);
      return () -> kernels().reduce(Reduction.SUM_OF_SQUARES, gradients, norm);
    }

    static Runnable sgd(int count, boolean dead) {
      View parameters = new Operands().random(count);
      View gradients = gradients(count, dead);
      View momentum = momentum(count, dead);
      SgdStep step = step();
      return () -> kernels().sgd(step, parameters, gradients, momentum);
    }

    static Runnable loop(boolean dead) {
      float[] parameters = array(new Operands().random(COUNT));
      float[] gradients = array(gradients(COUNT, dead));
      float[] momentum = array(momentum(COUNT, dead));
      return () -> loop(parameters, gradients, momentum);
    }

    private static View gradients(int count, boolean dead) {
      return dead ? zeros(count) : new Operands().random(count);
    }

    private static View momentum(int count, boolean dead) {
      return dead ? constant(Float.MIN_NORMAL, count) : zeros(count);
    }

    private static void loop(float[] parameters, float[] gradients, float[] momentum) {
      for (int i = 0; i < parameters.length; i++) {
        float v = MOMENTUM * momentum[i] + gradients[i];
        momentum[i] = v;
        parameters[i] -= RATE * v;
      }
    }

    static Runnable adam() {
      Operands of = new Operands();
      View parameters = of.random(COUNT);
      View gradients = of.random(COUNT);
      View first = zeros(COUNT);
      View second = zeros(COUNT);
      AdamStep step = new AdamStep();
      step.lr = RATE;
      step.beta1 = 0.9;
      step.beta2 = 0.999;
      step.eps = 1e-8;
      step.step = 10;
      return () -> kernels().adam(step, parameters, gradients, first, second);
    }

    private static SgdStep step() {
      SgdStep step = new SgdStep();
      step.lr = RATE;
      step.momentum = MOMENTUM;
      return step;
    }
  }
}
