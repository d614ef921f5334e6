package dev.gradkeeper.engine.train.spec;

import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.train.spec.LayerSpec.AvgPool2d;
import dev.gradkeeper.engine.train.spec.LayerSpec.Conv2d;
import dev.gradkeeper.engine.train.spec.LayerSpec.Flatten;
import dev.gradkeeper.engine.train.spec.LayerSpec.Linear;
import dev.gradkeeper.engine.train.spec.LayerSpec.MaxPool2d;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Follows the shape of one sample through the layers. Where a layer does not fit, it says so and
 * goes on with what the layer would put out, so that one mistake does not hide the next.
 */
final class ShapeInference {
  /** Largest number of elements of a tensor: the length of a Java array. */
  private static final long MAX_ELEMENTS = Integer.MAX_VALUE - 8;

  private final Problems problems;
  private String layer;
  private String name;

  ShapeInference(Problems problems) {
    this.problems = problems;
  }

  /** Shapes of the layers up to the first one after which nothing can be said. */
  List<LayerShape> infer(List<LayerSpec> layers, int[] input) {
    List<LayerShape> shapes = new ArrayList<>();
    int[] shape = input;
    for (int i = 0; i < layers.size(); i++) {
      LayerSpec spec = layers.get(i);
      layer = "/model/layers/" + i;
      name = "layer %d (%s)".formatted(i, spec.type());
      int[] output = output(spec, shape);
      if (output == null) {
        break;
      }
      LayerShape result = new LayerShape(output, parameters(spec));
      if (elements(output) > MAX_ELEMENTS || result.parameters() > MAX_ELEMENTS) {
        problem(
            "",
            "too_large",
            "%s would hold more than %,d elements; make it smaller".formatted(name, MAX_ELEMENTS));
        break;
      }
      shapes.add(result);
      shape = output;
    }
    return shapes;
  }

  private int[] output(LayerSpec spec, int[] in) {
    return switch (spec) {
      case Linear linear -> linear(linear, in);
      case Conv2d conv -> conv2d(conv, in);
      case MaxPool2d pool ->
          pool(in, pool.kernelSize(), pool.stride(), pool.padding(), pool.dilation());
      case AvgPool2d pool ->
          pool(in, pool.kernelSize(), pool.stride(), pool.padding(), new int[] {1, 1});
      case Flatten flatten -> flatten(flatten, in);
      case LayerSpec.Relu _, LayerSpec.Tanh _, LayerSpec.Sigmoid _, LayerSpec.Dropout _ -> in;
    };
  }

  private int[] linear(Linear linear, int[] in) {
    if (in.length == 0 || in[in.length - 1] != linear.inFeatures()) {
      long flat = elements(in);
      String remedy =
          in.length > 1 && flat == linear.inFeatures()
              ? "put a flatten layer before it"
              : "set in_features to fit";
      problem(
          "/in_features",
          "shape_mismatch",
          "%s expects inputs of shape %s but gets %s; %s"
              .formatted(name, shape("batch, …, ", linear.inFeatures()), batch(in), remedy));
      return in.length > 1 && flat == linear.inFeatures()
          ? new int[] {linear.outFeatures()}
          : replaceLast(in, linear.outFeatures());
    }
    return replaceLast(in, linear.outFeatures());
  }

  private int[] conv2d(Conv2d conv, int[] in) {
    boolean groupsFit =
        conv.inChannels() % conv.groups() == 0 && conv.outChannels() % conv.groups() == 0;
    if (!groupsFit) {
      problem(
          "/groups",
          "invalid_value",
          "%s: groups %d must divide in_channels %d and out_channels %d"
              .formatted(name, conv.groups(), conv.inChannels(), conv.outChannels()));
    }
    if (!isImage(in)) {
      return null;
    }
    if (in[0] != conv.inChannels()) {
      problem(
          "/in_channels",
          "shape_mismatch",
          "%s expects inputs of shape (batch, %d, height, width) but gets %s; set in_channels to %d"
              .formatted(name, conv.inChannels(), batch(in), in[0]));
    }
    return windowed(
        in, conv.outChannels(), conv.kernelSize(), conv.stride(), conv.padding(), conv.dilation());
  }

  private int[] pool(int[] in, int[] kernel, int[] stride, int[] padding, int[] dilation) {
    if (!isImage(in)) {
      return null;
    }
    for (int d = 0; d < 2; d++) {
      if (padding[d] > kernel[d] / 2) {
        problem(
            "/padding",
            "invalid_value",
            "%s: padding %d must be at most half of kernel_size %d"
                .formatted(name, padding[d], kernel[d]));
        return null;
      }
    }
    return windowed(in, in[0], kernel, stride, padding, dilation);
  }

  private int[] windowed(
      int[] in, int channels, int[] kernel, int[] stride, int[] padding, int[] dilation) {
    long reachHeight = (long) dilation[0] * (kernel[0] - 1) + 1;
    long reachWidth = (long) dilation[1] * (kernel[1] - 1) + 1;
    if (reachHeight > in[1] + 2L * padding[0] || reachWidth > in[2] + 2L * padding[1]) {
      problem(
          "/kernel_size",
          "shape_mismatch",
          "%s: a kernel reaching over (%d, %d) does not fit its input %s with padding (%d, %d)"
              .formatted(name, reachHeight, reachWidth, batch(in), padding[0], padding[1]));
      return null;
    }
    Window window =
        new Window(
            kernel[0],
            kernel[1],
            stride[0],
            stride[1],
            padding[0],
            padding[1],
            dilation[0],
            dilation[1]);
    return new int[] {channels, window.outputHeight(in[1]), window.outputWidth(in[2])};
  }

  private int[] flatten(Flatten flatten, int[] in) {
    int dimensions = in.length + 1;
    int start = flatten.startDim() < 0 ? flatten.startDim() + dimensions : flatten.startDim();
    int end = flatten.endDim() < 0 ? flatten.endDim() + dimensions : flatten.endDim();
    if (start < 1 || end >= dimensions || start > Math.max(end, 1)) {
      problem(
          "/start_dim",
          "shape_mismatch",
          "%s: dimensions %d to %d of its input %s cannot be flattened; dimension 0 is the batch"
              .formatted(name, flatten.startDim(), flatten.endDim(), batch(in)));
      return null;
    }
    if (in.length == 0) {
      return new int[] {1};
    }
    int[] out = new int[in.length - (end - start)];
    System.arraycopy(in, 0, out, 0, start - 1);
    out[start - 1] = (int) Math.min(MAX_ELEMENTS, elements(Arrays.copyOfRange(in, start - 1, end)));
    System.arraycopy(in, end, out, start, in.length - end);
    return out;
  }

  private boolean isImage(int[] in) {
    if (in.length == 3) {
      return true;
    }
    problem(
        "",
        "shape_mismatch",
        "%s expects inputs of shape (batch, channels, height, width) but gets %s"
            .formatted(name, batch(in)));
    return false;
  }

  private static long parameters(LayerSpec spec) {
    return switch (spec) {
      case Linear l -> l.outFeatures() * (l.inFeatures() + (l.bias() ? 1L : 0L));
      case Conv2d c ->
          (long) c.outChannels()
              * (saturated(c.inChannels() / c.groups(), c.kernelSize()[0], c.kernelSize()[1])
                  + (c.bias() ? 1 : 0));
      default -> 0;
    };
  }

  private void problem(String field, String code, String detail) {
    problems.add(layer + field, code, detail);
  }

  private static int[] replaceLast(int[] shape, int last) {
    int[] out = shape.length == 0 ? new int[1] : shape.clone();
    out[out.length - 1] = last;
    return out;
  }

  static long elements(int[] shape) {
    return saturated(shape);
  }

  /** Product that stops growing at 2^31, so that a product of two fits a long. */
  private static long saturated(int... factors) {
    long product = 1;
    for (int factor : factors) {
      product = Math.min(1L << 31, product * factor);
    }
    return product;
  }

  /** The shape as PyTorch would print it, with the batch dimension. */
  static String batch(int[] shape) {
    StringBuilder text = new StringBuilder("(batch");
    for (int dimension : shape) {
      text.append(", ").append(dimension);
    }
    return text.append(')').toString();
  }

  private static String shape(String leading, int last) {
    return "(" + leading + last + ")";
  }
}
