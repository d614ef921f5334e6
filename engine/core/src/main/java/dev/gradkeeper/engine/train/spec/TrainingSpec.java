package dev.gradkeeper.engine.train.spec;

import java.util.List;

/**
 * Everything that determines a training run. The same spec on the same data gives the same bits.
 *
 * @param seed of PyTorch's CPU generator; all 64 bits are kept, the low 32 count
 * @param layers in order of application; parameters are drawn in this order
 * @param schedule of the learning rate, by update
 * @param evaluation null for none
 */
public record TrainingSpec(
    long seed,
    DataSpec data,
    List<LayerSpec> layers,
    LossSpec loss,
    OptimizerSpec optimizer,
    ScheduleSpec schedule,
    GradientSpec gradients,
    StopSpec stop,
    EvaluationSpec evaluation,
    RecordSpec record,
    ParallelSpec parallel) {

  public TrainingSpec {
    layers = List.copyOf(layers);
  }

  /** With {@link ParallelSpec#DEFAULT}. */
  public TrainingSpec(
      long seed,
      DataSpec data,
      List<LayerSpec> layers,
      LossSpec loss,
      OptimizerSpec optimizer,
      ScheduleSpec schedule,
      GradientSpec gradients,
      StopSpec stop,
      EvaluationSpec evaluation,
      RecordSpec record) {
    this(
        seed,
        data,
        layers,
        loss,
        optimizer,
        schedule,
        gradients,
        stop,
        evaluation,
        record,
        ParallelSpec.DEFAULT);
  }
}
