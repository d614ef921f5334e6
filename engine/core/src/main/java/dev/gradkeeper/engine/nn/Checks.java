package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.kernel.Window;

/** Arguments of constructors. */
final class Checks {
  private Checks() {}

  static void positive(String layer, String argument, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "%s: %s must be positive, got %d".formatted(layer, argument, value));
    }
  }

  static void notNegative(String layer, String argument, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "%s: %s must not be negative, got %d".formatted(layer, argument, value));
    }
  }

  /** Sizes, strides and dilations of 1 or more, padding of 0 or more. */
  static Window window(String layer, Window window) {
    positive(layer, "kernel height", window.kernelHeight());
    positive(layer, "kernel width", window.kernelWidth());
    positive(layer, "stride height", window.strideHeight());
    positive(layer, "stride width", window.strideWidth());
    notNegative(layer, "padding height", window.paddingHeight());
    notNegative(layer, "padding width", window.paddingWidth());
    positive(layer, "dilation height", window.dilationHeight());
    positive(layer, "dilation width", window.dilationWidth());
    return window;
  }

  /** A pooling window in the padding alone would have no element. */
  static void halfPadding(String layer, Window window) {
    if (window.paddingHeight() > window.kernelHeight() / 2
        || window.paddingWidth() > window.kernelWidth() / 2) {
      throw new IllegalArgumentException(
          "%s: padding %dx%d is more than half of the kernel %dx%d"
              .formatted(
                  layer,
                  window.paddingHeight(),
                  window.paddingWidth(),
                  window.kernelHeight(),
                  window.kernelWidth()));
    }
  }
}
