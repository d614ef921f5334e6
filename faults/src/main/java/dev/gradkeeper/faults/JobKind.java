package dev.gradkeeper.faults;

import java.util.List;
import java.util.Random;

/**
 * A kind of job. All jobs of a kind have the same spec, so one undisturbed run is the reference of
 * all.
 */
record JobKind(String name, String spec) {

  private static final int SAMPLES = 300;
  private static final int FEATURES = 32;
  private static final int CLASSES = 8;
  private static final int OUTPUTS = 4;

  /** Twelve steps an epoch: the last batch is a short one. */
  private static final String BATCHES = "\"batch_size\": 25, \"shuffle\": true}";

  private static final String CLASSIFIER =
      """
      {"layers": [{"type": "linear", "in_features": 32, "out_features": 192}, {"type": "relu"},
                  {"type": "linear", "in_features": 192, "out_features": 192}, {"type": "tanh"},
                  {"type": "linear", "in_features": 192, "out_features": 8}]}
      """;

  private static final String DROPOUT =
      """
      {"layers": [{"type": "linear", "in_features": 32, "out_features": 192}, {"type": "relu"},
                  {"type": "dropout", "p": 0.2},
                  {"type": "linear", "in_features": 192, "out_features": 192}, {"type": "relu"}, {"type": "dropout"},
                  {"type": "linear", "in_features": 192, "out_features": 8}]}
      """;

  private static final String REGRESSION =
      """
      {"layers": [{"type": "linear", "in_features": 32, "out_features": 192}, {"type": "sigmoid"},
                  {"type": "linear", "in_features": 192, "out_features": 4}]}
      """;

  private static final String CONVOLUTIONS =
      """
      {"layers": [{"type": "conv2d", "in_channels": 3, "out_channels": 6, "kernel_size": 5}, {"type": "relu"},
                  {"type": "max_pool2d", "kernel_size": 2},
                  {"type": "conv2d", "in_channels": 6, "out_channels": 16, "kernel_size": 5}, {"type": "relu"},
                  {"type": "max_pool2d", "kernel_size": 2}, {"type": "flatten"},
                  {"type": "linear", "in_features": 400, "out_features": 84}, {"type": "relu"},
                  {"type": "linear", "in_features": 84, "out_features": 10}]}
      """;

  /**
   * One of each kind, with data and seeds drawn.
   *
   * @param length 1: some ten seconds of processor time each
   * @param images the id of the sample of CIFAR-10
   */
  static List<JobKind> draw(Random random, double length, String images) {
    String classes = InlineData.classes(random, SAMPLES, FEATURES, CLASSES);
    String values = InlineData.values(random, SAMPLES, FEATURES, OUTPUTS);
    Draft draft = new Draft(random, length);
    return List.of(
        draft.kind(
            "SGD with momentum, shuffled",
            20_000,
            classes + "," + BATCHES,
            CLASSIFIER,
            "cross_entropy",
            """
            "optimizer": {"type": "sgd", "lr": 0.01, "momentum": 0.9, "nesterov": true, "weight_decay": 0.0005},
            "checkpoint": {"every_steps": 250}
            """),
        draft.kind(
            "Adam, steps of the learning rate",
            20_000,
            values + "," + BATCHES,
            REGRESSION,
            "mse",
            """
            "optimizer": {"type": "adam", "lr": 0.002},
            "schedule": {"type": "step", "step_size": 700, "gamma": 0.9},
            "checkpoint": {"every_seconds": 0.5}
            """),
        draft.kind(
            "dropout",
            20_000,
            classes + "," + BATCHES,
            DROPOUT,
            "cross_entropy",
            """
            "optimizer": {"type": "sgd", "lr": 0.02, "momentum": 0.8},
            "checkpoint": {"every_steps": 400, "every_seconds": 1}
            """),
        // Windows of seven run on across epochs of twelve batches.
        draft.kind(
            "accumulation windows, clipped",
            4_000,
            classes + "," + BATCHES,
            CLASSIFIER,
            "cross_entropy",
            """
            "optimizer": {"type": "sgd", "lr": 0.05, "momentum": 0.9},
            "gradients": {"accumulation_steps": 7, "clip_norm": 0.5},
            "checkpoint": {"every_seconds": 0.4, "keep_last": 100}
            """),
        draft.kind(
            "cosine schedule with warm-up, clipped",
            15_000,
            classes + "," + BATCHES,
            DROPOUT,
            "cross_entropy",
            """
            "optimizer": {"type": "adam", "lr": 0.001, "weight_decay": 0.01},
            "gradients": {"clip_norm": 1.0},
            "schedule": {"type": "cosine", "warmup_steps": 500, "total_steps": 15000, "min_lr": 0.0001},
            "checkpoint": {"every_seconds": 0.5, "keep_last": 1}
            """),
        draft.kind(
            "convolutions, early stopping",
            6_000,
            """
            {"id": "%s", "batch_size": 16, "shuffle": true,
             "transforms": [{"type": "to_tensor"}, {"type": "normalize", "mean": [0.5], "std": [0.5]}]}
            """
                .formatted(images),
            CONVOLUTIONS,
            "cross_entropy",
            """
            "optimizer": {"type": "sgd", "lr": 0.01, "momentum": 0.9},
            "evaluation": {"split": "test", "every_steps": 200},
            "early_stopping": {"metric": "eval_loss", "patience": 5},
            "checkpoint": {"every_seconds": 1, "keep_best": 1}
            """),
        draft.kind(
            "gradients never zeroed",
            20_000,
            """
            {"generator": {"type": "linear_regression", "samples": 5000, "weight": 2, "bias": 5, "noise": 1}}
            """,
            """
            {"layers": [{"type": "linear", "in_features": 1, "out_features": 1}]}
            """,
            "mse",
            """
            "optimizer": {"type": "sgd", "lr": 0.001},
            "gradients": {"zero_grad": "never"},
            "record": ["parameters", "parameter_gradients"],
            "checkpoint": {"every_steps": 500}
            """),
        draft.kind(
            "single samples, exponential schedule",
            100_000,
            values + ",\"batch_size\": 1, \"shuffle\": true, \"workers\": 2}",
            """
            {"layers": [{"type": "linear", "in_features": 32, "out_features": 4}]}
            """,
            "mse",
            """
            "optimizer": {"type": "adam", "lr": 0.01, "betas": [0.8, 0.99]},
            "gradients": {"clip_value": 0.5},
            "schedule": {"type": "exponential", "gamma": 0.99999},
            "checkpoint": {"every_steps": 5000, "every_seconds": 0.5}
            """));
  }

  private record Draft(Random random, double length) {
    JobKind kind(
        String name, int steps, String dataset, String model, String loss, String options) {
      return new JobKind(
          name,
          """
          {"name": "%s", "seed": %d, "max_steps": %d, "max_restarts": 100,
           "dataset": %s, "model": %s, "loss": {"type": "%s"}, %s}
          """
              .formatted(
                  name,
                  random.nextInt(1_000_000),
                  Math.max(100, (long) (steps * length)),
                  dataset,
                  model,
                  loss,
                  options));
    }
  }
}
