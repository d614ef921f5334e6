package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.OpNode.record;
import static dev.gradkeeper.engine.autograd.OpNode.records;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Shape;
import dev.gradkeeper.engine.tensor.Tensor;
import java.util.Arrays;

/**
 * The functions of {@code torch.nn.functional}, to be imported statically; the rules of {@link
 * TensorMath} hold here too.
 */
public final class Functional {
  private Functional() {}

  // ---- layers ----

  /**
   * x·weightᵀ + bias.
   *
   * @param x {@code […, in]}
   * @param weight {@code [out, in]}
   * @param bias {@code [out]}, or null
   * @return {@code […, out]}
   */
  public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
    Compute.requireSame("linear", x, weight);
    int[] xShape = x.view().sizes();
    int[] weightShape = weight.view().sizes();
    if (xShape.length == 0
        || weightShape.length != 2
        || xShape[xShape.length - 1] != weightShape[1]) {
      throw Shape.mismatch("linear", xShape, weightShape);
    }
    requireBias("linear", bias, weight);
    Tensor rows = Compute.rows(x);
    Tensor product = Compute.empty(x, rows.view().size(0), weightShape[0]);
    if (bias != null) {
      Compute.kernels(x).copy(bias.expanded(product.view().sizes()), product.view());
    }
    Compute.kernels(x)
        .gemm(rows.view(), Compute.transposeLast(weight.view()), product.view(), bias != null);
    Tensor out = product;
    if (xShape.length != 2) {
      int[] shape = xShape.clone();
      shape[shape.length - 1] = weightShape[0];
      out = Compute.reshape(product, shape);
    }
    return records(x, weight, bias)
        ? record(
            new Op.Linear(
                Saved.forGradientOf(weight, x),
                Saved.forGradientOf(x, weight),
                xShape,
                weightShape),
            out,
            x,
            weight,
            bias)
        : out;
  }

  /** {@link #conv2d(Tensor, Tensor, Tensor, Window, int)}, stride 1, no padding, one group. */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias) {
    requireImages("conv2d", weight);
    int[] k = weight.view().sizes();
    return conv2d(x, weight, bias, new Window(k[2], k[3], 1, 1, 0, 0, 1, 1), 1);
  }

  /**
   * Cross-correlation of images with filters, {@code torch.nn.functional.conv2d}.
   *
   * @param x {@code [n, c, h, w]}
   * @param weight {@code [o, c/groups, kh, kw]}
   * @param bias {@code [o]}, or null
   * @param window kernel size as that of {@code weight}, stride, zero padding, dilation
   * @return {@code [n, o, oh, ow]}, see {@link Window}
   */
  public static Tensor conv2d(Tensor x, Tensor weight, Tensor bias, Window window, int groups) {
    Compute.requireSame("conv2d", x, weight);
    int[] xShape = x.view().sizes();
    int[] weightShape = weight.view().sizes();
    if (xShape.length != 4
        || weightShape.length != 4
        || groups < 1
        || xShape[1] != weightShape[1] * groups
        || weightShape[0] % groups != 0) {
      throw new IllegalArgumentException(
          "conv2d: an input of shape %s and a weight of shape %s do not fit with %d groups"
              .formatted(Shape.format(xShape), Shape.format(weightShape), groups));
    }
    if (weightShape[2] != window.kernelHeight() || weightShape[3] != window.kernelWidth()) {
      throw new IllegalArgumentException(
          "conv2d: a weight of shape %s for a kernel of %dx%d"
              .formatted(Shape.format(weightShape), window.kernelHeight(), window.kernelWidth()));
    }
    requireBias("conv2d", bias, weight);
    Tensor dense = Compute.contiguous(x);
    Tensor denseWeight = Compute.contiguous(weight);
    Tensor out = windowed("conv2d", dense, weightShape[0], window);
    Compute.kernels(x)
        .conv2d(
            dense.view(),
            denseWeight.view(),
            bias == null ? null : bias.view(),
            out.view(),
            window,
            groups);
    return records(x, weight, bias)
        ? record(
            new Op.Conv2d(
                Saved.forGradientOf(weight, dense),
                Saved.forGradientOf(x, denseWeight),
                xShape,
                weightShape,
                window,
                groups),
            out,
            x,
            weight,
            bias)
        : out;
  }

  /**
   * The maximum of each window; padding counts as -∞. Of equal maxima the first one in row-major
   * order gets the gradient.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, oh, ow]}, see {@link Window}
   */
  public static Tensor maxPool2d(Tensor x, Window window) {
    Compute.requireFloating("maxPool2d", x);
    requireImages("maxPool2d", x);
    requireHalfPadding("maxPool2d", window);
    Tensor dense = Compute.contiguous(x);
    Tensor out = windowed("maxPool2d", dense, x.view().size(1), window);
    Tensor indices = Tensor.empty(x.device(), DType.INT32, out.view().sizes());
    Compute.kernels(x).maxPool2d(dense.view(), out.view(), indices.view(), window);
    return records(x) ? record(new Op.MaxPool2d(indices, x.view().sizes()), out, x) : out;
  }

  /**
   * The mean of each window, zero padding counted in.
   *
   * @param x {@code [n, c, h, w]}
   * @return {@code [n, c, oh, ow]}, see {@link Window}
   */
  public static Tensor avgPool2d(Tensor x, Window window) {
    Compute.requireFloating("avgPool2d", x);
    requireImages("avgPool2d", x);
    requireHalfPadding("avgPool2d", window);
    Tensor dense = Compute.contiguous(x);
    Tensor out = windowed("avgPool2d", dense, x.view().size(1), window);
    Compute.kernels(x).avgPool2d(dense.view(), out.view(), window);
    return records(x) ? record(new Op.AvgPool2d(x.view().sizes(), window), out, x) : out;
  }

  /**
   * Zeroes each element with probability {@code p} and divides the others by 1 - p; {@code x}
   * itself if not {@code training}. The mask takes 64 random bits an element, as PyTorch's default
   * kernel.
   */
  public static Tensor dropout(Tensor x, double p, boolean training, Generator generator) {
    Compute.requireFloating("dropout", x);
    if (!(p >= 0 && p <= 1)) {
      throw new IllegalArgumentException("dropout: p must be between 0 and 1, got " + p);
    }
    if (!training || p == 0 || x.count() == 0) {
      return x;
    }
    Tensor mask =
        p == 1 ? Compute.empty(x, x.view().sizes()).fill(0) : dropoutMask(x, 1 - p, generator);
    Tensor out = Compute.mul(x, mask);
    return records(x) ? record(new Op.Dropout(mask), out, x) : out;
  }

  private static Tensor dropoutMask(Tensor x, double keep, Generator generator) {
    Tensor mask = Compute.empty(x, x.view().sizes());
    int count = x.count();
    if (x.dtype() == DType.FLOAT32) {
      float[] values = new float[count];
      x.device()
          .host(
              () -> {
                generator.bernoulli(values, 0, count, keep);
                for (int i = 0; i < count; i++) {
                  values[i] /= (float) keep;
                }
                x.device().write(values, 0, mask.view().storage(), 0, count);
              });
    } else {
      double[] values = new double[count];
      x.device()
          .host(
              () -> {
                generator.bernoulli(values, 0, count, keep);
                for (int i = 0; i < count; i++) {
                  values[i] /= keep;
                }
                x.device().write(values, 0, mask.view().storage(), 0, count);
              });
    }
    return mask;
  }

  // ---- losses ----

  /** {@link #mseLoss(Tensor, Tensor, LossReduction)}, the mean. */
  public static Tensor mseLoss(Tensor input, Tensor target) {
    return mseLoss(input, target, LossReduction.MEAN);
  }

  /** Mean or sum of (input - target)² over all elements; both have the same shape. */
  public static Tensor mseLoss(Tensor input, Tensor target, LossReduction reduction) {
    if (!Compute.sameShape(input, target.view().sizes())) {
      throw Shape.mismatch("mseLoss", input.view().sizes(), target.view().sizes());
    }
    Tensor difference = Compute.binary("mseLoss", Binary.SUB, input, target);
    Tensor sum = Compute.reduceAll(Reduction.SUM_OF_SQUARES, difference);
    boolean mean = reduction == LossReduction.MEAN;
    Tensor out = mean ? Compute.divide(sum, input.count()) : sum;
    return records(input, target)
        ? record(new Op.MseLoss(difference, mean ? 2.0 / input.count() : 2), out, input, target)
        : out;
  }

  /** x - log Σ eˣ along the last dimension, computed without overflow. */
  public static Tensor logSoftmax(Tensor x) {
    Compute.requireFloating("logSoftmax", x);
    Tensor dense = Compute.contiguous(x);
    Tensor out = Compute.empty(x, x.view().sizes());
    Compute.kernels(x).logSoftmax(dense.view(), out.view());
    return records(x) ? record(new Op.LogSoftmax(Saved.of(out)), out, x) : out;
  }

  /** {@link #nllLoss(Tensor, Tensor, LossReduction)}, the mean. */
  public static Tensor nllLoss(Tensor logProbabilities, Tensor target) {
    return nllLoss(logProbabilities, target, LossReduction.MEAN);
  }

  /**
   * Mean or sum of {@code -logProbabilities[i, target[i]]}.
   *
   * @param logProbabilities {@code [n, classes]}
   * @param target {@code [n]}, int32
   * @throws IllegalArgumentException if a target is no class
   */
  public static Tensor nllLoss(Tensor logProbabilities, Tensor target, LossReduction reduction) {
    requireClasses("nllLoss", logProbabilities, target);
    return nll(logProbabilities, target, reduction);
  }

  /** {@link #crossEntropy(Tensor, Tensor, LossReduction)}, the mean. */
  public static Tensor crossEntropy(Tensor input, Tensor target) {
    return crossEntropy(input, target, LossReduction.MEAN);
  }

  /**
   * {@link #nllLoss} of {@link #logSoftmax}.
   *
   * @param input {@code [n, classes]}, scores of any scale
   * @param target {@code [n]}, int32
   * @throws IllegalArgumentException if a target is no class
   */
  public static Tensor crossEntropy(Tensor input, Tensor target, LossReduction reduction) {
    requireClasses("crossEntropy", input, target);
    return nll(logSoftmax(input), target, reduction);
  }

  private static Tensor nll(Tensor logProbabilities, Tensor target, LossReduction reduction) {
    int[] shape = logProbabilities.view().sizes();
    Tensor picked = Compute.empty(logProbabilities, shape[0]);
    Compute.kernels(picked).gather(logProbabilities.view(), target.view(), picked.view());
    Tensor sum = Compute.reduceAll(Reduction.SUM, picked);
    double divisor = reduction == LossReduction.MEAN ? shape[0] : 1;
    Tensor out = divisor == 1 ? Compute.neg(sum) : Compute.divide(sum, -divisor);
    return records(logProbabilities)
        ? record(new Op.NllLoss(Saved.of(target), shape, divisor), out, logProbabilities)
        : out;
  }

  // ---- checks ----

  private static void requireClasses(String name, Tensor input, Tensor target) {
    Compute.requireFloating(name, input);
    int[] shape = input.view().sizes();
    if (shape.length != 2 || !Arrays.equals(target.view().sizes(), new int[] {shape[0]})) {
      throw Shape.mismatch(name, shape, target.view().sizes());
    }
    if (target.dtype() != DType.INT32) {
      throw new IllegalArgumentException(
          "%s: targets are class indices of dtype INT32, got %s".formatted(name, target.dtype()));
    }
    if (target.device().isRecording()) {
      return;
    }
    int[] classes = target.toIntArray();
    for (int i = 0; i < classes.length; i++) {
      if (classes[i] < 0 || classes[i] >= shape[1]) {
        throw new IllegalArgumentException(
            "%s: target %d of sample %d is not one of %d classes"
                .formatted(name, classes[i], i, shape[1]));
      }
    }
  }

  private static void requireBias(String name, Tensor bias, Tensor weight) {
    if (bias == null) {
      return;
    }
    Compute.requireSame(name, weight, bias);
    if (!Arrays.equals(bias.view().sizes(), new int[] {weight.view().size(0)})) {
      throw new IllegalArgumentException(
          "%s: a bias of shape %s for a weight of shape %s"
              .formatted(
                  name, Shape.format(bias.view().sizes()), Shape.format(weight.view().sizes())));
    }
  }

  private static void requireImages(String name, Tensor x) {
    if (x.dimensions() != 4) {
      throw new IllegalArgumentException(
          "%s: needs four dimensions, got shape %s"
              .formatted(name, Shape.format(x.view().sizes())));
    }
  }

  /** A window in the padding alone would have no element. */
  private static void requireHalfPadding(String name, Window window) {
    if (window.paddingHeight() > window.kernelHeight() / 2
        || window.paddingWidth() > window.kernelWidth() / 2) {
      throw new IllegalArgumentException(
          "%s: padding %dx%d is more than half of the kernel %dx%d"
              .formatted(
                  name,
                  window.paddingHeight(),
                  window.paddingWidth(),
                  window.kernelHeight(),
                  window.kernelWidth()));
    }
  }

  private static Tensor windowed(String name, Tensor x, int channels, Window window) {
    int[] sizes = x.view().sizes();
    int height = window.outputHeight(sizes[2]);
    int width = window.outputWidth(sizes[3]);
    if (height < 1 || width < 1) {
      throw new IllegalArgumentException(
          "%s: a kernel of %dx%d does not fit an input of shape %s"
              .formatted(name, window.kernelHeight(), window.kernelWidth(), Shape.format(sizes)));
    }
    return Compute.empty(x, sizes[0], channels, height, width);
  }
}
