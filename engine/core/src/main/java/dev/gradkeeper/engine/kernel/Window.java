package dev.gradkeeper.engine.kernel;

/**
 * How a two-dimensional kernel slides over an image, for convolutions and pooling; names and
 * formula are those of {@code torch.nn.Conv2d}: {@code out = ⌊(in + 2·padding - dilation·(kernel-1)
 * - 1) / stride⌋ + 1}.
 */
public record Window(
    int kernelHeight,
    int kernelWidth,
    int strideHeight,
    int strideWidth,
    int paddingHeight,
    int paddingWidth,
    int dilationHeight,
    int dilationWidth) {

  /** A square kernel with stride, no padding, no dilation. */
  public static Window square(int kernel, int stride) {
    return new Window(kernel, kernel, stride, stride, 0, 0, 1, 1);
  }

  /** A kernel with stride 1, no padding, no dilation. */
  public static Window of(int kernelHeight, int kernelWidth) {
    return new Window(kernelHeight, kernelWidth, 1, 1, 0, 0, 1, 1);
  }

  public Window withStride(int height, int width) {
    return new Window(
        kernelHeight,
        kernelWidth,
        height,
        width,
        paddingHeight,
        paddingWidth,
        dilationHeight,
        dilationWidth);
  }

  public Window withPadding(int height, int width) {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        height,
        width,
        dilationHeight,
        dilationWidth);
  }

  public Window withDilation(int height, int width) {
    return new Window(
        kernelHeight,
        kernelWidth,
        strideHeight,
        strideWidth,
        paddingHeight,
        paddingWidth,
        height,
        width);
  }

  /** Output height for an input of {@code height} rows; 0 or less where the kernel does not fit. */
  public int outputHeight(int height) {
    return output(height, kernelHeight, strideHeight, paddingHeight, dilationHeight);
  }

  /**
   * Output width for an input of {@code width} columns; 0 or less where the kernel does not fit.
   */
  public int outputWidth(int width) {
    return output(width, kernelWidth, strideWidth, paddingWidth, dilationWidth);
  }

  private static int output(int in, int kernel, int stride, int padding, int dilation) {
    return Math.floorDiv(in + 2 * padding - dilation * (kernel - 1) - 1, stride) + 1;
  }
}
