package dev.gradkeeper.engine.train.spec;

/** One layer of a sequential model, named and parameterised as in {@code torch.nn}. */
public sealed interface LayerSpec {

  /** The name in a job's JSON, PyTorch's in snake_case. */
  String type();

  /** y = x·Wᵀ + b along the last dimension: [batch, …, inFeatures] to [batch, …, outFeatures]. */
  record Linear(
      int inFeatures, int outFeatures, boolean bias, InitSpec weightInit, InitSpec biasInit)
      implements LayerSpec {
    @Override
    public String type() {
      return "linear";
    }
  }

  /** Sizes are pairs (height, width). */
  record Conv2d(
      int inChannels,
      int outChannels,
      int[] kernelSize,
      int[] stride,
      int[] padding,
      int[] dilation,
      int groups,
      boolean bias,
      InitSpec weightInit,
      InitSpec biasInit)
      implements LayerSpec {
    @Override
    public String type() {
      return "conv2d";
    }
  }

  /** Maximum over windows of [batch, channels, height, width]; sizes are pairs (height, width). */
  record MaxPool2d(int[] kernelSize, int[] stride, int[] padding, int[] dilation)
      implements LayerSpec {
    @Override
    public String type() {
      return "max_pool2d";
    }
  }

  /** Mean over windows of [batch, channels, height, width]; sizes are pairs (height, width). */
  record AvgPool2d(int[] kernelSize, int[] stride, int[] padding) implements LayerSpec {
    @Override
    public String type() {
      return "avg_pool2d";
    }
  }

  /** max(x, 0), of any shape. */
  record Relu() implements LayerSpec {
    @Override
    public String type() {
      return "relu";
    }
  }

  /** tanh x, of any shape. */
  record Tanh() implements LayerSpec {
    @Override
    public String type() {
      return "tanh";
    }
  }

  /** 1 / (1 + e⁻ˣ), of any shape. */
  record Sigmoid() implements LayerSpec {
    @Override
    public String type() {
      return "sigmoid";
    }
  }

  /**
   * Zeroes an element with probability p and scales the others by 1 / (1 - p), in training only.
   */
  record Dropout(double p) implements LayerSpec {
    @Override
    public String type() {
      return "dropout";
    }
  }

  /**
   * Flattens dimensions startDim to endDim (negative: from the end), the batch being dimension 0.
   */
  record Flatten(int startDim, int endDim) implements LayerSpec {
    @Override
    public String type() {
      return "flatten";
    }
  }
}
