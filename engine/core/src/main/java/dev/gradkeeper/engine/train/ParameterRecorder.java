package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reports the series of single parameters that a spec asks for. */
final class ParameterRecorder {
  private final RecordSpec spec;
  private final List<Series> parameters = new ArrayList<>();

  /** A parameter and the names of its series. */
  private record Series(Tensor parameter, String norm, String[] gradients, String[] values) {}

  ParameterRecorder(RecordSpec spec, Map<String, Tensor> parameters) {
    this.spec = spec;
    parameters.forEach(
        (name, parameter) ->
            this.parameters.add(
                new Series(
                    parameter,
                    "grad_norm/" + name,
                    elements("grad/" + name, parameter),
                    elements("param/" + name, parameter))));
  }

  private static String[] elements(String prefix, Tensor parameter) {
    int count = parameter.count() <= RecordSpec.MAX_ELEMENTS ? parameter.count() : 0;
    String[] names = new String[count];
    for (int i = 0; i < count; i++) {
      names[i] = prefix + "." + i;
    }
    return names;
  }

  /** Of the gradients as they stand for the update, before clipping. */
  void reportGradients(long step, TrainingListener listener) {
    if (!spec.parameterGradNorms() && !spec.parameterGradients()) {
      return;
    }
    for (Series series : parameters) {
      Tensor gradient = series.parameter().grad();
      if (gradient == null) {
        continue;
      }
      if (spec.parameterGradNorms()) {
        double norm = Clipping.gradNorm(List.of(series.parameter())).item();
        listener.onValue(series.norm(), step, norm);
      }
      if (spec.parameterGradients()) {
        report(series.gradients(), gradient, step, listener);
      }
    }
  }

  /** After the update. */
  void reportParameters(long step, TrainingListener listener) {
    if (spec.parameters()) {
      for (Series series : parameters) {
        report(series.values(), series.parameter(), step, listener);
      }
    }
  }

  private static void report(String[] names, Tensor tensor, long step, TrainingListener listener) {
    if (names.length > 0) {
      float[] values = tensor.toFloatArray();
      for (int i = 0; i < names.length; i++) {
        listener.onValue(names[i], step, values[i]);
      }
    }
  }
}
