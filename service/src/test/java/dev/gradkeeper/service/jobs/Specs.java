package dev.gradkeeper.service.jobs;

/** Jobs to submit. */
public final class Specs {
  private Specs() {}

  /** One weight and one bias on 20 generated points. */
  public static final String REGRESSION =
      """
      {"name": "linear-regression", "seed": 6,
       "dataset": {"generator": {"type": "linear_regression", "samples": 20, "x_scale": 10, "weight": 2, "bias": 5, "noise": 1}},
       "model": {"layers": [{"type": "linear", "in_features": 1, "out_features": 1,
                             "init": {"weight": {"type": "normal"}, "bias": {"type": "zeros"}}}]},
       "loss": {"type": "mse", "scale": 0.5},
       "optimizer": {"type": "sgd", "lr": 0.01},
       "max_steps": 1000}
      """;

  /** Two images of 4 by 4 through most kinds of layers. */
  public static final String LAYERS =
      """
      {"seed": 0,
       "dataset": {"inline": {
         "inputs": [[[[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10, 11], [12, 13, 14, 15]]],
                    [[[1, 1, 1, 1], [0, 0, 0, 0], [1, 1, 1, 1], [0.5, 0.5, 0.5, 0.5]]]],
         "targets": [0, 2]}, "batch_size": 1},
       "model": {"layers": [
         {"type": "conv2d", "in_channels": 1, "out_channels": 2, "kernel_size": 3, "padding": 1},
         {"type": "tanh"},
         {"type": "avg_pool2d", "kernel_size": 2},
         {"type": "max_pool2d", "kernel_size": 2},
         {"type": "flatten"},
         {"type": "dropout", "p": 0.25},
         {"type": "linear", "in_features": 2, "out_features": 3}]},
       "loss": {"type": "cross_entropy"},
       "optimizer": {"type": "adam", "betas": [0.8, 0.99]},
       "gradients": {"clip_norm": 1},
       "schedule": {"type": "cosine", "total_steps": 100, "warmup_steps": 10},
       "stop_when": {"loss_below": 0.01},
       "record": ["parameter_grad_norms"],
       "epochs": 1}
      """;
}
