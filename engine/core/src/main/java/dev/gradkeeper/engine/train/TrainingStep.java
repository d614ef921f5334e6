package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.tensor.Tensor;

/** The parts of a training step that run on the device. */
interface TrainingStep {

  /**
   * Forward and backward of a micro-batch: gradients accumulate.
   *
   * @param zeroGrad whether gradients are zeroed before
   * @return the loss, before the division by accumulation_steps
   */
  Tensor accumulate(Batch batch, boolean zeroGrad);

  /** The global norm of the gradients. */
  Tensor gradNorm();

  /** Clips the gradients. */
  void clip();

  /** The optimizer's update, at its learning rate. */
  void update();
}
