package dev.gradkeeper.engine.train.spec;

/**
 * Loss, and for classification accuracy, over a split without gradients. It draws nothing from the
 * run's generator, so that evaluating more often changes no weight.
 *
 * @param everySteps null for only at the end
 */
public record EvaluationSpec(String split, Integer everySteps) {}
