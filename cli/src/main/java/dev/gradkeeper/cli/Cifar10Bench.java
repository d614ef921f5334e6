package dev.gradkeeper.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.LongStream;
import tools.jackson.databind.JsonNode;

/**
 * The tutorial's recipe on all of CIFAR-10: the mean loss of every 2,000 steps beside PyTorch's,
 * the test accuracy and the time.
 */
final class Cifar10Bench {
  private static final int WINDOW = 2000;
  private static final int STEPS_PER_EPOCH = 12_500;
  private static final int WINDOWS_PER_EPOCH = STEPS_PER_EPOCH / WINDOW;

  /** PyTorch 1.13.1 on a CPU: the same images, seed and order. */
  private static final double[] PYTORCH = {
    2.2190, 1.8765, 1.6899, 1.6023, 1.5442, 1.5040, 1.4418, 1.3975, 1.3874, 1.3472, 1.3357, 1.3299
  };

  /** Published with the original files, for another seed. */
  private static final double[] PUBLISHED = {
    2.195, 1.853, 1.677, 1.586, 1.503, 1.462, 1.359, 1.355, 1.330, 1.317, 1.282, 1.265
  };

  private static final double PYTORCH_ACCURACY = 0.5488;
  private static final double LOSS_TOLERANCE = 0.015;
  private static final double ACCURACY_TOLERANCE = 0.02;

  private final Arguments arguments;

  Cifar10Bench(Arguments arguments) {
    this.arguments = arguments;
  }

  void run() throws InterruptedException {
    Path archive = archive();
    Server.of(arguments).awaitReady();
    var api = Api.fromEnvironment();
    String file = arguments.examples().resolve("cifar10-lenet.json").toString();
    Spec spec = Spec.read(file, () -> Dataset.upload(api, archive));
    Job job = Job.submit(api, spec);
    JsonNode end = job.follow();
    report(windowMeans(losses(job)), accuracy(job), time(end));
  }

  /** All of CIFAR-10, which is too big for the repository. */
  private Path archive() {
    return arguments.words().stream()
        .skip(1)
        .findFirst()
        .or(() -> Optional.ofNullable(System.getenv("GRADKEEPER_CIFAR10")))
        .map(Path::of)
        .orElseThrow(
            () ->
                new Failure(
                    """
                    bench cifar10 needs all 60,000 images: ./gradkeeper bench cifar10 FILE, or set \
                    GRADKEEPER_CIFAR10 to it. FILE is a zip file of train/CLASS/NNNN.jpg (5,000 of each \
                    class) and test/CLASS/NNNN.jpg (1,000), laid out as examples/data/README.md says of \
                    the sample."""));
  }

  /** The losses of all steps, after a look at whether all are there and finite. */
  private static List<Double> losses(Job job) {
    JsonNode all = job.metrics("loss,grad_norm", "&agg=raw&max_points=100000");
    List<Long> steps = all.path("steps").valueStream().map(JsonNode::asLong).toList();
    if (!steps.equals(LongStream.rangeClosed(1, 2 * STEPS_PER_EPOCH).boxed().toList())) {
      throw new Failure(
          "the %,d steps stored are not those from 1 to %,d: is the dataset all of CIFAR-10?"
              .formatted(steps.size(), 2 * STEPS_PER_EPOCH));
    }
    if (!all.path("nonfinite").isEmpty()) {
      throw new Failure("some values are not finite: " + all.path("nonfinite"));
    }
    System.out.printf(
        "%,d steps are stored, from 1 to %,d without a gap, all losses and gradient norms finite%n",
        steps.size(), steps.getLast());
    return column(all, "loss");
  }

  private static List<Double> column(JsonNode metrics, String series) {
    return metrics.at("/series/" + series).valueStream().map(JsonNode::asDouble).toList();
  }

  /** The tutorial's running loss: each epoch starts afresh, its last 500 steps are not shown. */
  private static double[] windowMeans(List<Double> losses) {
    var means = new double[2 * WINDOWS_PER_EPOCH];
    for (int i = 0; i < means.length; i++) {
      int first = i / WINDOWS_PER_EPOCH * STEPS_PER_EPOCH + i % WINDOWS_PER_EPOCH * WINDOW;
      means[i] =
          losses.subList(first, first + WINDOW).stream()
              .mapToDouble(x -> x)
              .average()
              .orElseThrow();
    }
    return means;
  }

  private static double accuracy(Job job) {
    String last = "&agg=raw&from_step=" + 2 * STEPS_PER_EPOCH;
    return column(job.metrics("eval_accuracy", last), "eval_accuracy").getFirst();
  }

  private static Duration time(JsonNode job) {
    return Duration.between(
        OffsetDateTime.parse(job.path("started_at").asString()),
        OffsetDateTime.parse(job.path("finished_at").asString()));
  }

  private static void report(double[] means, double accuracy, Duration time) {
    boolean close = Math.abs(accuracy - PYTORCH_ACCURACY) <= ACCURACY_TOLERANCE;
    System.out.printf("%nepoch  step    Gradkeeper  PyTorch  difference  published%n");
    for (int i = 0; i < means.length; i++) {
      double difference = means[i] - PYTORCH[i];
      close &= Math.abs(difference) <= LOSS_TOLERANCE;
      System.out.printf(
          Locale.ROOT,
          "%5d %6d  %10.4f  %7.4f  %+10.4f  %9.3f%n",
          i / WINDOWS_PER_EPOCH + 1,
          (i % WINDOWS_PER_EPOCH + 1) * WINDOW,
          means[i],
          PYTORCH[i],
          difference,
          PUBLISHED[i]);
    }
    System.out.printf(
        Locale.ROOT,
        "test accuracy %.2f %% (PyTorch %.2f %%), %.1f s, %,.0f steps/s with every step stored%n",
        100 * accuracy,
        100 * PYTORCH_ACCURACY,
        time.toMillis() / 1e3,
        2e3 * STEPS_PER_EPOCH / time.toMillis());
    if (!close) {
      throw new Failure(
          "a loss is further than %s, or the accuracy further than %s, from PyTorch's"
              .formatted(LOSS_TOLERANCE, ACCURACY_TOLERANCE));
    }
  }
}
