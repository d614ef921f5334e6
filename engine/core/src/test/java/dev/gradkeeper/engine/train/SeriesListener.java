package dev.gradkeeper.engine.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps all that a run reports. */
class SeriesListener implements TrainingListener {
  final List<Float> loss = new ArrayList<>();
  final List<Float> gradNorm = new ArrayList<>();
  final List<Float> gradNormClipped = new ArrayList<>();
  final List<Double> lr = new ArrayList<>();
  final List<Integer> epoch = new ArrayList<>();
  final Map<String, Map<Long, Double>> values = new LinkedHashMap<>();

  @Override
  public void onStep(
      long step, int epoch, float loss, float gradNorm, double lr, float gradNormClipped) {
    this.loss.add(loss);
    this.gradNorm.add(gradNorm);
    this.lr.add(lr);
    this.epoch.add(epoch);
    this.gradNormClipped.add(gradNormClipped);
    if (step != this.loss.size()) {
      throw new AssertionError("step %d came as number %d".formatted(step, this.loss.size()));
    }
  }

  @Override
  public void onValue(String series, long step, double value) {
    values.computeIfAbsent(series, _ -> new LinkedHashMap<>()).put(step, value);
  }
}
