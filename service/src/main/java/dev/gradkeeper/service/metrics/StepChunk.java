package dev.gradkeeper.service.metrics;

/**
 * A row of {@code metric_chunk}: n neighbouring steps of one attempt.
 *
 * @param startMicros time of the first step, in microseconds since 1970
 * @param dt microseconds since then, of each step
 * @param gradNormClipped null where the job does not clip
 */
record StepChunk(
    long firstStep,
    long startMicros,
    int[] dt,
    int[] epoch,
    float[] loss,
    float[] gradNorm,
    float[] gradNormClipped,
    double[] lr) {

  StepChunk(long firstStep, long startMicros, int n, boolean clips) {
    this(
        firstStep,
        startMicros,
        new int[n],
        new int[n],
        new float[n],
        new float[n],
        clips ? new float[n] : null,
        new double[n]);
  }

  int size() {
    return loss.length;
  }

  long lastStep() {
    return firstStep + size() - 1;
  }
}
