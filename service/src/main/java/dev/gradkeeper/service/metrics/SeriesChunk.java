package dev.gradkeeper.service.metrics;

/**
 * A row of {@code metric_series_chunk}.
 *
 * @param steps ascending; null: every step from the first to the last
 */
record SeriesChunk(String series, long firstStep, long lastStep, long[] steps, float[] value) {

  static SeriesChunk of(String series, long[] steps, float[] value) {
    long first = steps[0];
    long last = steps[steps.length - 1];
    boolean neighbours = last - first + 1 == steps.length;
    return new SeriesChunk(series, first, last, neighbours ? null : steps, value);
  }
}
