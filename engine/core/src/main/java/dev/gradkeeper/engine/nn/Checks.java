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
}
