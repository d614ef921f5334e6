package dev.gradkeeper.cli;

import tools.jackson.databind.JsonNode;

/**
 * How far a job is.
 *
 * @param total updates in all, 0 if not known
 * @param loss of the last step, NaN before the first or if it is not finite
 * @param etaSeconds NaN if not known
 */
record Progress(
    String state, long step, long total, double loss, double gradNorm, double etaSeconds) {

  static Progress of(JsonNode job, double gradNorm) {
    return new Progress(
        job.path("state").asString(),
        job.path("step").asLong(0),
        job.path("total_steps").asLong(0),
        job.path("last_loss").asDouble(Double.NaN),
        gradNorm,
        job.path("eta_seconds").asDouble(Double.NaN));
  }
}
