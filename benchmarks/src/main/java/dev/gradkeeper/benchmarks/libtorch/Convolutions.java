package dev.gradkeeper.benchmarks.libtorch;

/** Who computes convolutions, and how images lie in memory. */
public enum Convolutions {
  /** Unfolded into matrix products of the BLAS. */
  BLAS("oneDNN off"),
  ONEDNN("oneDNN on"),
  /** Images and weights with the channels innermost, which spares oneDNN its reordering. */
  ONEDNN_CHANNELS_LAST("oneDNN on, channels last");

  private final String title;

  Convolutions(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  public boolean onednn() {
    return this != BLAS;
  }

  public boolean channelsLast() {
    return this == ONEDNN_CHANNELS_LAST;
  }
}
