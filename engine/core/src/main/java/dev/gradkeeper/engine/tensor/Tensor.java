package dev.gradkeeper.engine.tensor;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.random.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * An array of a device's memory with a shape, as {@code torch.Tensor}: several tensors may view the
 * same memory, in-place changes are counted, and {@link #backward} adds to the {@link #grad} of the
 * leaves that require it. The differentiable functions are in {@code autograd}.
 *
 * <p>Not thread-safe; memory is freed by the garbage collector.
 */
public final class Tensor {
  private final Device device;
  private View view;
  private final VersionCounter version;
  private boolean requiresGrad;
  private Tensor grad;
  private GradientFunction gradientFunction;
  private GradientFunction gradAccumulator;
  private List<UnaryOperator<Tensor>> hooks = List.of();
  private List<Consumer<Tensor>> postAccumulateHooks = List.of();

  private Tensor(Device device, View view, VersionCounter version) {
    this.device = device;
    this.view = view;
    this.version = version;
  }

  // ---- factories ----

  /**
   * Memory for {@code shape}, to be overwritten (it is zero).
   *
   * @throws IllegalArgumentException if a size is negative or there are 2³¹ elements or more
   */
  public static Tensor empty(Device device, DType dtype, int... shape) {
    int count = Shape.count("empty", shape);
    View view = View.contiguous(device.allocate(dtype, count), 0, shape.clone());
    return new Tensor(device, view, new VersionCounter());
  }

  /** Float32 zeros on the CPU. */
  public static Tensor zeros(int... shape) {
    return zeros(DType.FLOAT32, shape);
  }

  /** Zeros on the CPU. */
  public static Tensor zeros(DType dtype, int... shape) {
    return empty(CpuDevice.get(), dtype, shape);
  }

  /** Float32 ones on the CPU. */
  public static Tensor ones(int... shape) {
    return full(1, DType.FLOAT32, shape);
  }

  /** Ones on the CPU. */
  public static Tensor ones(DType dtype, int... shape) {
    return full(1, dtype, shape);
  }

  /** {@code value} everywhere, on the CPU. */
  public static Tensor full(double value, DType dtype, int... shape) {
    return full(CpuDevice.get(), value, dtype, shape);
  }

  /** {@code value} everywhere. */
  public static Tensor full(Device device, double value, DType dtype, int... shape) {
    Tensor out = empty(device, dtype, shape);
    device.kernels().fill(out.view, value);
    return out;
  }

  /** A float32 tensor without dimensions, on the CPU. */
  public static Tensor scalar(float value) {
    return full(value, DType.FLOAT32);
  }

  /**
   * A float32 tensor of {@code values} in row-major order, on the CPU; one dimension where no shape
   * is given.
   *
   * @throws IllegalArgumentException if the shape has another number of elements
   */
  public static Tensor of(float[] values, int... shape) {
    return of(CpuDevice.get(), DType.FLOAT32, values, values.length, shape);
  }

  /** As {@link #of(float[], int...)}, float64. */
  public static Tensor of(double[] values, int... shape) {
    return of(CpuDevice.get(), DType.FLOAT64, values, values.length, shape);
  }

  /** As {@link #of(float[], int...)}, int32: class indices. */
  public static Tensor of(int[] values, int... shape) {
    return of(CpuDevice.get(), DType.INT32, values, values.length, shape);
  }

  /** As {@link #of(float[], int...)}, on another device. */
  public static Tensor of(Device device, float[] values, int... shape) {
    return of(device, DType.FLOAT32, values, values.length, shape);
  }

  /** As {@link #of(int[], int...)}, on another device. */
  public static Tensor of(Device device, int[] values, int... shape) {
    return of(device, DType.INT32, values, values.length, shape);
  }

  private static Tensor of(Device device, DType dtype, Object values, int length, int... shape) {
    int[] sizes = shape.length == 0 ? new int[] {length} : shape;
    if (Shape.count("of", sizes) != length) {
      throw new IllegalArgumentException(
          "of: %d values for shape %s".formatted(length, Shape.format(sizes)));
    }
    Tensor out = empty(device, dtype, sizes);
    device.write(values, 0, out.view.storage(), 0, length);
    return out;
  }

  /** {@code torch.rand}: float32, uniform over [0, 1), on the CPU. */
  public static Tensor rand(Generator generator, int... shape) {
    float[] values = new float[Shape.count("rand", shape)];
    generator.uniform(values, 0, values.length, 0, 1);
    return of(CpuDevice.get(), DType.FLOAT32, values, values.length).alias(shape);
  }

  /** {@code torch.randn}: float32, standard normal, on the CPU. */
  public static Tensor randn(Generator generator, int... shape) {
    float[] values = new float[Shape.count("randn", shape)];
    generator.normal(values, 0, values.length, 0, 1);
    return of(CpuDevice.get(), DType.FLOAT32, values, values.length).alias(shape);
  }

  // ---- what it is ----

  /** Where its memory lies. */
  public Device device() {
    return device;
  }

  /** Type of its elements. */
  public DType dtype() {
    return view.dtype();
  }

  /** The memory, for kernels. Who writes to it calls {@link #markModified}. */
  public View view() {
    return view;
  }

  /** The sizes of the dimensions. */
  public int[] shape() {
    return view.sizes().clone();
  }

  /** Size of one dimension; negative values count from the end. */
  public int size(int dimension) {
    return view.size(Shape.dimension("size", dimension, view.dimensions()));
  }

  /** Number of dimensions; 0 for a scalar. */
  public int dimensions() {
    return view.dimensions();
  }

  /** Number of elements. */
  public int count() {
    return view.count();
  }

  /**
   * Copies this leaf's values to other memory of its device, where it lies from then on; aliases
   * stay behind.
   *
   * @throws IllegalArgumentException if the shape or dtype is another one
   * @throws IllegalStateException if this tensor was computed from others
   */
  public void moveTo(View memory) {
    if (gradientFunction != null) {
      throw new IllegalStateException(
          "moveTo: only leaves can be moved, this is the result of " + gradientFunction.name());
    }
    if (!Arrays.equals(memory.sizes(), view.sizes()) || memory.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "moveTo: memory of shape %s and dtype %s for a tensor of shape %s and dtype %s"
              .formatted(
                  Shape.format(memory.sizes()),
                  memory.dtype(),
                  Shape.format(view.sizes()),
                  dtype()));
    }
    device.kernels().copy(view, memory);
    view = memory;
    markModified();
  }

  /** A tensor over the same memory, outside of the graph, sharing the version counter. */
  public Tensor alias(View other) {
    return new Tensor(device, other, version);
  }

  private Tensor alias(int[] shape) {
    return alias(View.contiguous(view.storage(), view.offset(), shape));
  }

  /** The same memory, outside of the graph: PyTorch's {@code detach}. */
  public Tensor detach() {
    return alias(view);
  }

  /** A dense copy, outside of the graph. */
  public Tensor copy() {
    return to(dtype());
  }

  /** A dense copy of another dtype, outside of the graph. */
  public Tensor to(DType dtype) {
    Tensor out = empty(device, dtype, view.sizes());
    device.kernels().copy(view, out.view);
    return out;
  }

  /** A dense copy on another device, by way of the host, outside of the graph. */
  public Tensor to(Device target) {
    Tensor dense = view.isContiguous() ? this : copy();
    Object values =
        switch (dtype()) {
          case FLOAT32 -> new float[count()];
          case FLOAT64 -> new double[count()];
          case INT32 -> new int[count()];
          case UINT8 -> new byte[count()];
        };
    dense.readInto(values);
    Tensor out = empty(target, dtype(), view.sizes());
    target.write(values, 0, out.view.storage(), 0, count());
    return out;
  }

  // ---- reading and writing values ----

  /**
   * The only element.
   *
   * @throws IllegalStateException if there is not exactly one
   */
  public double item() {
    if (count() != 1) {
      throw new IllegalStateException(
          "item: only a tensor of one element has one, this one has shape "
              + Shape.format(view.sizes()));
    }
    return device.readScalar(view.storage(), view.offset());
  }

  /** All elements in row-major order, converted to float32. */
  public float[] toFloatArray() {
    float[] out = new float[count()];
    read(DType.FLOAT32, out);
    return out;
  }

  /** All elements in row-major order, converted to float64. */
  public double[] toDoubleArray() {
    double[] out = new double[count()];
    read(DType.FLOAT64, out);
    return out;
  }

  /** All elements in row-major order, converted to int32. */
  public int[] toIntArray() {
    int[] out = new int[count()];
    read(DType.INT32, out);
    return out;
  }

  /** Devices other than the CPU do not have every dtype: the host converts. */
  private void read(DType dtype, Object out) {
    Tensor dense = view.isContiguous() ? this : copy();
    (dtype == dtype() ? dense : dense.to(CpuDevice.get()).to(dtype)).readInto(out);
  }

  /** The elements of a dense tensor, into an array of its dtype. */
  private <T> T readInto(T array) {
    device.read(view.storage(), view.offset(), array, 0, count());
    return array;
  }

  /** Overwrites all elements, outside of the graph. */
  public Tensor fill(double value) {
    device.kernels().fill(view, value);
    markModified();
    return this;
  }

  /**
   * Overwrites all elements with those of {@code source} (broadcast, converted, from whatever
   * device), outside of the graph.
   *
   * @throws IllegalArgumentException if the shape of {@code source} does not broadcast to this one
   */
  public Tensor copyFrom(Tensor source) {
    if (!Arrays.equals(
        Shape.broadcast("copyFrom", source.view.sizes(), view.sizes()), view.sizes())) {
      throw Shape.mismatch("copyFrom", source.view.sizes(), view.sizes());
    }
    Tensor near = source.device == device ? source : source.to(dtype()).to(device);
    device.kernels().copy(near.expanded(view.sizes()), view);
    markModified();
    return this;
  }

  /**
   * This tensor's memory seen with {@code shape}, which it broadcasts to: repeated dimensions have
   * stride 0.
   */
  public View expanded(int[] shape) {
    int[] sizes = view.sizes();
    if (Arrays.equals(sizes, shape)) {
      return view;
    }
    int[] strides = new int[shape.length];
    int shift = shape.length - sizes.length;
    for (int d = 0; d < sizes.length; d++) {
      strides[d + shift] = sizes[d] == 1 && shape[d + shift] != 1 ? 0 : view.strides()[d];
    }
    return new View(view.storage(), view.offset(), shape, strides);
  }

  // ---- versions ----

  /** How often this memory was modified in place, through whichever tensor. */
  public int version() {
    return version.value;
  }

  /** To be called after a kernel wrote to {@link #view}. */
  public void markModified() {
    version.value++;
  }

  // ---- gradients ----

  /** Whether operations on it are recorded for {@link #backward}. */
  public boolean requiresGrad() {
    return requiresGrad;
  }

  /**
   * Makes this a leaf whose gradient {@link #backward} computes, or stops that.
   *
   * @throws IllegalArgumentException if the dtype is not a floating-point one
   * @throws IllegalStateException if this tensor was computed from others that require gradients
   */
  public Tensor requiresGrad(boolean required) {
    if (required && !dtype().isFloatingPoint()) {
      throw new IllegalArgumentException(
          "requiresGrad: only floating-point tensors have gradients, this one is " + dtype());
    }
    if (!required && gradientFunction != null) {
      throw new IllegalStateException(
          "requiresGrad: the result of %s follows its inputs; detach() it instead"
              .formatted(gradientFunction.name()));
    }
    requiresGrad = required;
    return this;
  }

  /** Whether this tensor is not the recorded result of an operation. */
  public boolean isLeaf() {
    return gradientFunction == null;
  }

  /** What the backward passes so far have added up, or null. */
  public Tensor grad() {
    return grad;
  }

  /**
   * Replaces the gradient; null removes it.
   *
   * @throws IllegalArgumentException if its shape or dtype is not this tensor's
   */
  public void setGrad(Tensor gradient) {
    if (gradient != null) {
      requireLike("setGrad", gradient);
    }
    grad = gradient;
  }

  /** Removes the gradient: {@code zero_grad()} of PyTorch 2. */
  public void zeroGrad() {
    zeroGrad(true);
  }

  /**
   * Removes the gradient, or fills it with zeros. The difference shows in {@code optim}: parameters
   * without a gradient are skipped, those with a zero one still move by momentum and weight decay.
   */
  public void zeroGrad(boolean setToNone) {
    if (setToNone) {
      grad = null;
    } else if (grad != null) {
      grad.fill(0);
    }
  }

  /** {@link #backward(Tensor, boolean)} of a scalar, from the gradient 1; frees the graph. */
  public void backward() {
    backward(null, false);
  }

  /** {@link #backward(Tensor, boolean)}; frees the graph. */
  public void backward(Tensor gradient) {
    backward(gradient, false);
  }

  /**
   * Adds the gradients of this tensor to the {@link #grad} of all leaves that require one.
   *
   * @param gradient that of this tensor, of its shape and dtype; null means 1, for tensors of one
   *     element
   * @param retainGraph whether saved tensors are kept for a second backward pass
   * @throws IllegalStateException if this tensor does not require gradients, if the graph was freed
   *     by an earlier pass, or if a saved tensor has been modified in place since
   */
  public void backward(Tensor gradient, boolean retainGraph) {
    if (!requiresGrad) {
      throw new IllegalStateException(
          "backward: this tensor does not require gradients and was not computed from any that do");
    }
    if (gradient == null && count() != 1) {
      throw new IllegalArgumentException(
          "backward: without a given gradient only a tensor of one element has one; this one has"
              + " shape "
              + Shape.format(view.sizes()));
    }
    if (gradient != null) {
      requireLike("backward", gradient);
    }
    Tensor seed = gradient != null ? gradient : full(device, 1, dtype(), view.sizes());
    if (gradientFunction != null) {
      gradientFunction.backward(seed, retainGraph);
    } else {
      accumulateGrad(seed, gradient == null);
    }
  }

  /**
   * What happens to the gradient of a leaf: the hooks, then the first one becomes {@link #grad} and
   * later ones are added to it in place, then the post-accumulate hooks.
   *
   * @param exclusive whether nobody else holds the memory of {@code incoming}, so that it may be
   *     taken rather than copied
   */
  public void accumulateGrad(Tensor incoming, boolean exclusive) {
    Tensor gradient = incoming;
    for (UnaryOperator<Tensor> hook : hooks) {
      gradient = applyHook(hook, gradient);
    }
    if (grad != null) {
      device.kernels().axpy(1, gradient.view, grad.view);
      grad.markModified();
    } else if (exclusive && hooks.isEmpty() && gradient.view.isContiguous()) {
      grad = gradient;
    } else {
      grad = gradient.copy();
    }
    for (Consumer<Tensor> hook : postAccumulateHooks) {
      hook.accept(this);
    }
  }

  /**
   * Calls {@code hook} with each gradient of this tensor that a backward pass computes, before it
   * is used; what it returns, if not null, takes the gradient's place.
   *
   * @throws IllegalStateException if this tensor does not require gradients
   */
  public void registerHook(UnaryOperator<Tensor> hook) {
    requireTracked("registerHook");
    if (gradientFunction != null) {
      gradientFunction.registerHook(hook);
    } else {
      hooks = appended(hooks, hook);
    }
  }

  /**
   * Calls {@code hook} with this leaf after a backward pass has added to its {@link #grad}.
   *
   * @throws IllegalStateException if this tensor is no leaf that requires gradients
   */
  public void registerPostAccumulateGradHook(Consumer<Tensor> hook) {
    requireTracked("registerPostAccumulateGradHook");
    if (gradientFunction != null) {
      throw new IllegalStateException(
          "registerPostAccumulateGradHook: only leaves accumulate gradients, this is the result of "
              + gradientFunction.name());
    }
    postAccumulateHooks = appended(postAccumulateHooks, hook);
  }

  /**
   * The gradient that {@code hook} leaves.
   *
   * @throws IllegalArgumentException if it has another shape or dtype
   */
  public static Tensor applyHook(UnaryOperator<Tensor> hook, Tensor gradient) {
    Tensor replaced = hook.apply(gradient);
    if (replaced == null) {
      return gradient;
    }
    gradient.requireLike("hook", replaced);
    return replaced;
  }

  // ---- for autograd ----

  /** The operation that made this tensor, or null for a leaf. */
  public GradientFunction gradientFunction() {
    return gradientFunction;
  }

  /** Makes this tensor the recorded result of {@code function}. */
  public void setGradientFunction(GradientFunction function) {
    gradientFunction = function;
    requiresGrad = true;
  }

  /** The graph's end at this leaf, or null if no operation used it yet. */
  public GradientFunction gradAccumulator() {
    return gradAccumulator;
  }

  public void setGradAccumulator(GradientFunction accumulator) {
    gradAccumulator = accumulator;
  }

  private void requireTracked(String operation) {
    if (!requiresGrad) {
      throw new IllegalStateException(operation + ": this tensor does not require gradients");
    }
  }

  private void requireLike(String operation, Tensor gradient) {
    if (!Arrays.equals(gradient.view.sizes(), view.sizes()) || gradient.dtype() != dtype()) {
      throw new IllegalArgumentException(
          "%s: a gradient of shape %s and dtype %s for a tensor of shape %s and dtype %s"
              .formatted(
                  operation,
                  Shape.format(gradient.view.sizes()),
                  gradient.dtype(),
                  Shape.format(view.sizes()),
                  dtype()));
    }
  }

  private static <T> List<T> appended(List<T> list, T element) {
    List<T> longer = new ArrayList<>(list);
    longer.add(element);
    return longer;
  }

  /** Shape, dtype and the first elements. */
  @Override
  public String toString() {
    int shown = 8;
    double[] values = toDoubleArray();
    String head = Arrays.toString(Arrays.copyOf(values, Math.min(values.length, shown)));
    return "tensor(%s%s, shape=%s, %s%s)"
        .formatted(
            head,
            values.length > shown ? "…" : "",
            Shape.format(view.sizes()),
            dtype(),
            requiresGrad ? ", requiresGrad" : "");
  }
}
