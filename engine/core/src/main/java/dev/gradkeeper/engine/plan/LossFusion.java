package dev.gradkeeper.engine.plan;

import static dev.gradkeeper.engine.plan.Trace.same;

import dev.gradkeeper.engine.kernel.Binary;
import dev.gradkeeper.engine.kernel.CrossEntropy;
import dev.gradkeeper.engine.kernel.Reduction;
import dev.gradkeeper.engine.kernel.SquaredError;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.plan.KernelCall.Combine;
import dev.gradkeeper.engine.plan.KernelCall.Gather;
import dev.gradkeeper.engine.plan.KernelCall.LogSoftmax;
import dev.gradkeeper.engine.plan.KernelCall.LogSoftmaxBackward;
import dev.gradkeeper.engine.plan.KernelCall.Reduce;
import dev.gradkeeper.engine.plan.KernelCall.Scatter;

/**
 * Makes one call of log-softmax, choice and sum, and one of their gradients; and one of differences
 * and the sum of their squares.
 */
final class LossFusion {
  private LossFusion() {}

  static void apply(Trace trace) {
    for (int i = 0; i < trace.size(); i++) {
      if (trace.get(i) instanceof LogSoftmax(View x, View out)
          && trace.get(i + 1) instanceof Gather(View in, View target, View picked)
          && trace.get(i + 2) instanceof Reduce(Reduction op, View terms, View sum)
          && op == Reduction.SUM
          && same(in, out)
          && same(terms, picked)
          && sum.count() == 1
          && trace.isOnlyUsedBy(picked, i + 1, i + 2)
          && trace.isOnlyWrittenBy(out, i)) {
        CrossEntropy loss = new CrossEntropy(x, target, out, picked, sum);
        fuseBackward(trace, i + 3, loss);
        trace.replace(i, i + 2, new KernelCall.Loss(loss));
      } else if (trace.get(i) instanceof Combine(Binary op, View input, View target, View out)
          && trace.get(i + 1) instanceof Reduce(Reduction fold, View terms, View sum)
          && op == Binary.SUB
          && fold == Reduction.SUM_OF_SQUARES
          && same(terms, out)
          && sum.count() == 1
          && input.count() == out.count()
          && target.count() == out.count()) {
        SquaredError error = new SquaredError(input, target, out, sum);
        trace.replace(i, i + 1, new KernelCall.Error(error));
      }
    }
  }

  private static void fuseBackward(Trace trace, int from, CrossEntropy loss) {
    for (int i = from; i < trace.size(); i++) {
      if (trace.get(i) instanceof Scatter(View value, View target, View spread)
          && trace.get(i + 1) instanceof LogSoftmaxBackward(View out, View gradOut, View gradX)
          && same(target, loss.target())
          && same(out, loss.logProbabilities())
          && same(gradOut, spread)
          && trace.isOnlyUsedBy(spread, i, i + 1)) {
        CrossEntropy.Gradient to = new CrossEntropy.Gradient(value, spread, gradX);
        trace.replace(i, i + 1, new KernelCall.LossBackward(loss, to));
      }
    }
  }
}
