package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.cli.Api;
import dev.gradkeeper.cli.Dataset;
import java.nio.file.Path;
import tools.jackson.databind.node.ObjectNode;

/** The tutorial's job as the service takes it: the example's spec. */
public final class LenetSpec {

  private LenetSpec() {}

  /**
   * Without an end and without evaluations.
   *
   * @param example {@code examples/cifar10-lenet.json}
   */
  public static ObjectNode of(LenetJob job, Path example, Api api) {
    ObjectNode spec = (ObjectNode) Api.JSON.readTree(example);
    spec.remove("epochs");
    spec.remove("evaluation");
    ObjectNode dataset = (ObjectNode) spec.get("dataset");
    dataset.put("id", Dataset.upload(api, job.dataset()));
    dataset.put("batch_size", job.batchSize());
    return spec;
  }
}
