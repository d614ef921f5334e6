package dev.gradkeeper.service.jobs;

import dev.gradkeeper.engine.train.spec.DataSpec;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec;
import dev.gradkeeper.engine.train.spec.InitSpec;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import dev.gradkeeper.engine.train.spec.LossSpec;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.ParallelSpec;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.ScheduleSpec;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import dev.gradkeeper.engine.train.spec.TransformSpec;
import java.util.List;
import java.util.Locale;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Makes the engine's spec from a job's effective one. There is no default here: the contract has
 * them all, and has filled them in.
 */
public final class TrainingSpecReader {
  private TrainingSpecReader() {}

  /**
   * @param job an effective spec, as a job stores it
   * @throws InlineDataException if its inline data is no array of numbers
   */
  public static TrainingSpec read(JsonNode job) {
    return new TrainingSpec(
        job.get("seed").longValue(),
        data(job.get("dataset")),
        list(job.at("/model/layers")).stream().map(TrainingSpecReader::layer).toList(),
        loss(job.get("loss")),
        optimizer(job.get("optimizer")),
        schedule(job.get("schedule")),
        gradients(job.get("gradients")),
        stop(job),
        evaluation(job.get("evaluation")),
        recorded(list(job.get("record")).stream().map(JsonNode::stringValue).toList()),
        new ParallelSpec(integer(job.get("shards")), job.get("threads").intValue()));
  }

  private static DataSpec data(JsonNode data) {
    return new DataSpec(
        source(data),
        integer(data.get("batch_size")),
        data.get("shuffle").booleanValue(),
        data.get("drop_last").booleanValue(),
        data.get("workers").intValue(),
        list(data.get("transforms")).stream().map(TrainingSpecReader::transform).toList());
  }

  private static DataSpec.Source source(JsonNode data) {
    if (data.has("id")) {
      return new DataSpec.Stored(data.get("id").stringValue(), data.get("split").stringValue());
    }
    if (data.has("inline")) {
      InlineArray inputs = InlineArray.read(data.at("/inline/inputs"), "/dataset/inline/inputs");
      InlineArray targets = InlineArray.read(data.at("/inline/targets"), "/dataset/inline/targets");
      return new DataSpec.Inline(
          inputs.values(), inputs.shape(), targets.values(), targets.shape());
    }
    JsonNode generator = data.get("generator");
    return switch (type(generator)) {
      case "linear_regression" ->
          new DataSpec.LinearRegression(
              generator.get("samples").intValue(),
              number(generator, "x_scale"),
              number(generator, "weight"),
              number(generator, "bias"),
              number(generator, "noise"));
      default -> throw unknown(generator);
    };
  }

  private static TransformSpec transform(JsonNode transform) {
    return switch (type(transform)) {
      case "to_tensor" -> new TransformSpec.ToTensor();
      case "normalize" ->
          new TransformSpec.Normalize(
              numbers(transform.get("mean")), numbers(transform.get("std")));
      default -> throw unknown(transform);
    };
  }

  private static LayerSpec layer(JsonNode layer) {
    return switch (type(layer)) {
      case "linear" ->
          new LayerSpec.Linear(
              layer.get("in_features").intValue(),
              layer.get("out_features").intValue(),
              layer.get("bias").booleanValue(),
              init(layer.at("/init/weight")),
              init(layer.at("/init/bias")));
      case "conv2d" ->
          new LayerSpec.Conv2d(
              layer.get("in_channels").intValue(),
              layer.get("out_channels").intValue(),
              square(layer, "kernel_size"),
              square(layer, "stride"),
              square(layer, "padding"),
              square(layer, "dilation"),
              layer.get("groups").intValue(),
              layer.get("bias").booleanValue(),
              init(layer.at("/init/weight")),
              init(layer.at("/init/bias")));
      case "max_pool2d" ->
          new LayerSpec.MaxPool2d(
              square(layer, "kernel_size"),
              square(layer, "stride"),
              square(layer, "padding"),
              square(layer, "dilation"));
      case "avg_pool2d" ->
          new LayerSpec.AvgPool2d(
              square(layer, "kernel_size"), square(layer, "stride"), square(layer, "padding"));
      case "relu" -> new LayerSpec.Relu();
      case "tanh" -> new LayerSpec.Tanh();
      case "sigmoid" -> new LayerSpec.Sigmoid();
      case "dropout" -> new LayerSpec.Dropout(number(layer, "p"));
      case "flatten" ->
          new LayerSpec.Flatten(layer.get("start_dim").intValue(), layer.get("end_dim").intValue());
      default -> throw unknown(layer);
    };
  }

  private static @Nullable InitSpec init(JsonNode init) {
    if (init.isMissingNode()) {
      return null;
    }
    return switch (type(init)) {
      case "zeros" -> new InitSpec.Constant(0);
      case "ones" -> new InitSpec.Constant(1);
      case "constant" -> new InitSpec.Constant(number(init, "value"));
      case "uniform" -> new InitSpec.Uniform(number(init, "low"), number(init, "high"));
      case "normal" -> new InitSpec.Normal(number(init, "mean"), number(init, "std"));
      default -> throw unknown(init);
    };
  }

  private static LossSpec loss(JsonNode loss) {
    return new LossSpec(
        constant(LossSpec.Type.class, loss.get("type")),
        constant(LossSpec.Reduction.class, loss.get("reduction")),
        number(loss, "scale"));
  }

  private static OptimizerSpec optimizer(JsonNode optimizer) {
    return switch (type(optimizer)) {
      case "sgd" ->
          new OptimizerSpec.Sgd(
              number(optimizer, "lr"),
              number(optimizer, "momentum"),
              number(optimizer, "dampening"),
              number(optimizer, "weight_decay"),
              optimizer.get("nesterov").booleanValue(),
              optimizer.get("maximize").booleanValue());
      case "adam" ->
          new OptimizerSpec.Adam(
              number(optimizer, "lr"),
              optimizer.at("/betas/0").doubleValue(),
              optimizer.at("/betas/1").doubleValue(),
              number(optimizer, "eps"),
              number(optimizer, "weight_decay"),
              optimizer.get("maximize").booleanValue());
      default -> throw unknown(optimizer);
    };
  }

  private static ScheduleSpec schedule(JsonNode schedule) {
    return switch (type(schedule)) {
      case "constant" -> new ScheduleSpec.Constant();
      case "step" ->
          new ScheduleSpec.Step(schedule.get("step_size").intValue(), number(schedule, "gamma"));
      case "multi_step" ->
          new ScheduleSpec.MultiStep(
              list(schedule.get("milestones")).stream().mapToInt(JsonNode::intValue).toArray(),
              number(schedule, "gamma"));
      case "exponential" -> new ScheduleSpec.Exponential(number(schedule, "gamma"));
      case "cosine" ->
          new ScheduleSpec.Cosine(
              schedule.get("warmup_steps").intValue(),
              schedule.get("total_steps").intValue(),
              number(schedule, "min_lr"));
      default -> throw unknown(schedule);
    };
  }

  private static GradientSpec gradients(JsonNode gradients) {
    return new GradientSpec(
        constant(GradientSpec.ZeroGrad.class, gradients.get("zero_grad")),
        gradients.get("accumulation_steps").intValue(),
        optionalNumber(gradients.get("clip_norm")),
        optionalNumber(gradients.get("clip_value")),
        constant(GradientSpec.OnNonfinite.class, gradients.get("on_nonfinite")));
  }

  private static StopSpec stop(JsonNode job) {
    JsonNode early = job.get("early_stopping");
    return new StopSpec(
        integer(job.get("epochs")),
        job.has("max_steps") ? job.get("max_steps").longValue() : null,
        optionalNumber(job.get("max_seconds")),
        optionalNumber(job.path("stop_when").get("loss_below")),
        early == null
            ? null
            : new StopSpec.EarlyStopping(
                constant(StopSpec.Metric.class, early.get("metric")),
                early.get("patience").intValue(),
                number(early, "min_delta")));
  }

  private static @Nullable EvaluationSpec evaluation(@Nullable JsonNode evaluation) {
    return evaluation == null
        ? null
        : new EvaluationSpec(
            evaluation.get("split").stringValue(), integer(evaluation.get("every_steps")));
  }

  private static RecordSpec recorded(List<String> series) {
    return new RecordSpec(
        series.contains("parameter_grad_norms"),
        series.contains("parameter_gradients"),
        series.contains("parameters"));
  }

  private static String type(JsonNode node) {
    return node.get("type").stringValue();
  }

  private static IllegalArgumentException unknown(JsonNode node) {
    return new IllegalArgumentException("the contract has a type that is not read: " + type(node));
  }

  private static <E extends Enum<E>> E constant(Class<E> type, JsonNode text) {
    return Enum.valueOf(type, text.stringValue().toUpperCase(Locale.ROOT));
  }

  private static List<JsonNode> list(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).toList();
  }

  private static double number(JsonNode node, String name) {
    return node.get(name).doubleValue();
  }

  private static double[] numbers(JsonNode array) {
    return list(array).stream().mapToDouble(JsonNode::doubleValue).toArray();
  }

  private static @Nullable Double optionalNumber(@Nullable JsonNode node) {
    return node == null ? null : node.doubleValue();
  }

  private static @Nullable Integer integer(@Nullable JsonNode node) {
    return node == null ? null : node.intValue();
  }

  private static int[] square(JsonNode layer, String name) {
    int size = layer.get(name).intValue();
    return new int[] {size, size};
  }
}
