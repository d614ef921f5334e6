package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.DataShape;
import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.SpecCheck;
import dev.gradkeeper.engine.train.spec.SpecProblem;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.service.datasets.DatasetShapes;
import dev.gradkeeper.service.devices.WorkerDevices;
import dev.gradkeeper.service.web.Contract;
import dev.gradkeeper.service.web.Limits;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.model.FieldError;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Decides whether a spec can be trained, and names everything that is wrong with it at once: first
 * against the contract's schema, then by meaning. A number that is merely out of its range does not
 * hide what else is wrong.
 */
@Component
class SpecValidation {
  private static final String SCHEMA = "JobSpec";
  private static final String TEST = "test";
  private static final long SEEDS = 1L << 53;

  private final SecureRandom random = new SecureRandom();
  private final Contract contract;
  private final DatasetShapes datasets;
  private final WorkerMemory memory;
  private final WorkerDevices devices;
  private final Limits limits;

  SpecValidation(
      Contract contract,
      DatasetShapes datasets,
      WorkerMemory memory,
      WorkerDevices devices,
      Limits limits) {
    this.contract = contract;
    this.datasets = datasets;
    this.memory = memory;
    this.devices = devices;
    this.limits = limits;
  }

  /**
   * A spec that can be trained.
   *
   * @param effective every default filled in
   * @param data the split to train on
   * @param memoryLimit bytes that one job may use, where that is known
   */
  record Valid(
      ObjectNode effective,
      TrainingSpec training,
      DataShape data,
      SpecCheck check,
      @Nullable Long memoryLimit) {}

  /**
   * @throws ProblemException 400 or 422
   */
  Valid check(String projectId, ObjectNode spec) {
    List<FieldError> errors = new ArrayList<>(contract.check(SCHEMA, spec));
    if (!errors.stream().allMatch(Contract::isRange)) {
      throw ProblemException.invalid(errors);
    }
    if (errors.stream().anyMatch(error -> error.getCode().equals("too_few"))) {
      throw ProblemException.unprocessable(errors);
    }
    ObjectNode effective = effective(errors.isEmpty() ? spec : withinRanges(spec, errors));
    settleEvaluation(projectId, effective);
    Valid valid = checkMeaning(projectId, effective, errors);
    if (valid == null) {
      throw ProblemException.unprocessable(errors);
    }
    return valid;
  }

  private ObjectNode effective(ObjectNode spec) {
    ObjectNode settled = spec.deepCopy();
    if (!settled.has("seed")) {
      settled.put("seed", random.nextLong(SEEDS));
    }
    if (settled.path("device").asString("").equals("auto")) {
      settled.put("device", devices.largestGpu() == null ? "cpu" : "gpu");
    }
    return (ObjectNode) contract.complete(SCHEMA, settled);
  }

  /** A dataset's split "test" is evaluated at the end, if nothing else is asked for. */
  private void settleEvaluation(String projectId, ObjectNode effective) {
    String dataset = effective.at("/dataset/id").asString("");
    String split = effective.at("/dataset/split").asString("");
    if (effective.has("evaluation") || dataset.isEmpty() || split.equals(TEST)) {
      return;
    }
    if (datasets.find(projectId, dataset).filter(splits -> splits.containsKey(TEST)).isPresent()) {
      effective.putObject("evaluation").put("split", TEST);
    }
  }

  /** Adds to {@code errors}; null if there are any. */
  private @Nullable Valid checkMeaning(
      String projectId, ObjectNode effective, List<FieldError> errors) {
    List<FieldError> rangeErrors = List.copyOf(errors);
    boolean onGpu = effective.get("device").stringValue().equals("gpu");
    Long gpuLimit = onGpu ? devices.largestGpu() : null;
    if (onGpu && gpuLimit == null) {
      errors.add(
          new FieldError(
              "/device",
              "no_device",
              "No worker has a GPU; use `cpu`, or `auto` to take what there is."));
    }
    TrainingSpec training;
    try {
      checkInlineSize(effective);
      training = TrainingSpecReader.read(effective);
    } catch (InlineDataException e) {
      errors.add(new FieldError(e.pointer(), e.code(), e.getMessage()));
      return null;
    }
    Optional<Function<String, @Nullable DataShape>> shapes = shapes(projectId, training);
    String split = effective.at("/dataset/split").stringValue();
    if (!(training.data().source() instanceof DataSpec.Stored) && !split.equals("train")) {
      errors.add(
          new FieldError(
              "/dataset/split",
              "unknown_split",
              "Only uploaded datasets have other splits than `train`."));
    }
    boolean idNamed =
        rangeErrors.stream().anyMatch(error -> error.getPointer().equals("/dataset/id"));
    if (shapes.isEmpty() && !idNamed) {
      errors.add(unknownDataset(effective.at("/dataset/id").stringValue()));
    }
    SpecCheck check = SpecCheck.of(training, shapes.orElse(_ -> null));
    KnockOn knockOn = new KnockOn(rangeErrors, shapes.isEmpty());
    check.problems().stream()
        .filter(knockOn::isNews)
        .map(problem -> new FieldError(problem.pointer(), problem.code(), sentence(problem)))
        .forEach(errors::add);
    Long limit = memory.limit();
    if (limit != null && check.memoryBytes() > limit && rangeErrors.isEmpty()) {
      errors.add(MemoryRefusal.of(check.memoryBytes(), limit, training));
    }
    if (gpuLimit != null && check.memoryBytes() > gpuLimit && rangeErrors.isEmpty()) {
      errors.add(MemoryRefusal.ofGpu(check.memoryBytes(), gpuLimit, training));
    }
    if (!errors.isEmpty()) {
      return null;
    }
    DataShape data = shapes.orElseThrow().apply(split);
    int batchSize = training.data().effectiveBatchSize(data.samples());
    effective.put("shards", training.parallel().effectiveShards(batchSize));
    return new Valid(effective, training, data, check, limit);
  }

  static FieldError unknownDataset(String id) {
    return new FieldError(
        "/dataset/id", "unknown_dataset", "There is no dataset `%s`.".formatted(id));
  }

  private void checkInlineSize(ObjectNode effective) {
    JsonNode inline = effective.at("/dataset/inline");
    long numbers = numbers(inline.path("inputs")) + numbers(inline.path("targets"));
    if (numbers > limits.inlineNumbers()) {
      throw new InlineDataException(
          "/dataset/inline",
          "too_many",
          "Has %,d numbers; inline data may have %,d. Upload it as a dataset instead."
              .formatted(numbers, limits.inlineNumbers()));
    }
  }

  private static long numbers(JsonNode node) {
    if (!(node instanceof ArrayNode array)) {
      return 1;
    }
    long count = 0;
    for (JsonNode item : array) {
      count += numbers(item);
    }
    return count;
  }

  private Optional<Function<String, @Nullable DataShape>> shapes(
      String projectId, TrainingSpec training) {
    if (training.data().source() instanceof DataSpec.Stored stored) {
      return datasets
          .find(projectId, stored.id())
          .map((Map<String, DataShape> splits) -> splits::get);
    }
    return Optional.of(SpecCheck.shapesOf(training.data().source(), training.loss()));
  }

  /** The spec with each number that is out of its range set to 1, so that the rest can be read. */
  private static ObjectNode withinRanges(ObjectNode spec, List<FieldError> errors) {
    ObjectNode repaired = spec.deepCopy();
    for (FieldError error : errors) {
      if (error.getCode().equals("out_of_range")) {
        JsonPointer pointer = JsonPointer.compile(error.getPointer());
        JsonNode parent = repaired.at(pointer.head());
        if (parent instanceof ObjectNode object) {
          object.put(pointer.last().getMatchingProperty(), 1);
        } else if (parent instanceof ArrayNode array) {
          array.set(pointer.last().getMatchingIndex(), array.numberNode(1));
        }
      }
    }
    return repaired;
  }

  private static String sentence(SpecProblem problem) {
    String detail = problem.detail();
    return Character.toUpperCase(detail.charAt(0)) + detail.substring(1) + ".";
  }

  /** Tells what follows from errors that are already named. */
  private static final class KnockOn {
    private final List<String> named;
    private final boolean unknownDataset;
    private final int firstLayer;

    KnockOn(List<FieldError> errors, boolean unknownDataset) {
      this.named = errors.stream().map(FieldError::getPointer).toList();
      this.unknownDataset = unknownDataset;
      this.firstLayer =
          named.stream()
              .filter(pointer -> pointer.startsWith("/model/layers/"))
              .mapToInt(pointer -> Integer.parseInt(pointer.split("/")[3]))
              .min()
              .orElse(Integer.MAX_VALUE);
    }

    boolean isNews(SpecProblem problem) {
      String pointer = problem.pointer();
      if (named.contains(pointer) || (unknownDataset && problem.code().equals("unknown_split"))) {
        return false;
      }
      if (pointer.startsWith("/schedule")) {
        return named.stream().noneMatch(name -> name.startsWith("/schedule"));
      }
      // From the first layer with a wrong number on, shapes are not known.
      if (pointer.startsWith("/model/layers/")) {
        return Integer.parseInt(pointer.split("/")[3]) < firstLayer;
      }
      boolean byOutput = pointer.equals("/loss") || problem.code().equals("target_out_of_range");
      return firstLayer == Integer.MAX_VALUE || !byOutput;
    }
  }
}
