package dev.gradkeeper.engine.kernel.scalar;

import static dev.gradkeeper.engine.kernel.DType.FLOAT64;
import static dev.gradkeeper.engine.kernel.Views.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.Views;
import org.junit.jupiter.api.Test;

class ClassificationTest {
  private final ScalarKernels kernels = new ScalarKernels();

  @Test
  void logSoftmaxAndItsGradient() {
    View x = Views.randomStrided(FLOAT64, 1, 5, 37);
    View gradOut = Views.randomStrided(FLOAT64, 2, 5, 37);
    View out = Views.zeros(FLOAT64, 5, 37);
    View gradX = Views.zeros(FLOAT64, 5, 37);
    kernels.logSoftmax(x, out);
    kernels.logSoftmaxBackward(out, gradOut, gradX);
    for (int i = 0; i < 5; i++) {
      double exponentials = 0;
      double gradients = 0;
      for (int j = 0; j < 37; j++) {
        exponentials += Math.exp(get(x, i, j));
        gradients += get(gradOut, i, j);
      }
      for (int j = 0; j < 37; j++) {
        double probability = Math.exp(get(x, i, j)) / exponentials;
        assertThat(get(out, i, j)).isCloseTo(Math.log(probability), within(1e-13));
        assertThat(get(gradX, i, j))
            .isCloseTo(get(gradOut, i, j) - probability * gradients, within(1e-13));
      }
    }
  }

  @Test
  void largeLogitsDoNotOverflow() {
    View out = Views.zeros(FLOAT64, 1, 2);
    View line = Views.of(FLOAT64, 1000, 0);
    kernels.logSoftmax(View.contiguous(line.storage(), line.offset(), 1, 2), out);
    assertThat(Views.values(out)).containsExactly(0, -1000);
  }

  @Test
  void gatherTakesAndScatterPutsOneElementOfEachRow() {
    View index = Views.classes(1, 4, 3);
    View in = Views.randomStrided(FLOAT64, 2, 3, 4);
    View chosen = Views.zeros(FLOAT64, 3);
    View spread = Views.random(FLOAT64, 3, 3, 4);
    kernels.gather(in, index, chosen);
    kernels.scatter(chosen, index, spread);
    for (int i = 0; i < 3; i++) {
      int target = (int) get(index, i);
      assertThat(get(chosen, i)).isEqualTo(get(in, i, target));
      for (int j = 0; j < 4; j++) {
        assertThat(get(spread, i, j)).isEqualTo(j == target ? get(in, i, j) : 0);
      }
    }
  }
}
