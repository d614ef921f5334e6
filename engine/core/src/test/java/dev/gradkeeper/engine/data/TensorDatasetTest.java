package dev.gradkeeper.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TensorDatasetTest {
  private static final float[] INPUTS = {1, 2, 3, 4, 5, 6};

  @Test
  void samplesAreTheOutermostDimension() {
    Dataset numbers =
        TensorDataset.of(INPUTS, new int[] {3, 2}, new float[] {7, 8, 9}, new int[] {3, 1});
    assertThat(numbers.inputShape()).containsExactly(2);
    assertThat(numbers.targetShape()).containsExactly(1);
    assertThat(numbers.classes()).isZero();
    float[] out = new float[3];
    numbers.input(1, out, 0);
    numbers.target(2, out, 2);
    assertThat(out).containsExactly(3, 4, 9);
    assertThatThrownBy(() -> numbers.label(0)).isInstanceOf(UnsupportedOperationException.class);

    Dataset labelled = TensorDataset.of(INPUTS, new int[] {3, 2, 1}, new int[] {0, 2, 1}, 3);
    assertThat(labelled.inputShape()).containsExactly(2, 1);
    assertThat(labelled.targetShape()).isEmpty();
    assertThat(labelled.label(1)).isEqualTo(2);
    assertThatThrownBy(() -> labelled.target(0, out, 0))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorDataset.of(INPUTS, new int[] {2, 2}, new float[2], new int[] {2}))
        .withMessageContaining("inputs of shape [2, 2] do not fit 6 numbers");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorDataset.of(INPUTS, new int[] {3, 2}, new float[2], new int[] {2}))
        .withMessageContaining("differ in the number of samples");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorDataset.of(new float[0], new int[] {0, 2}, new int[0], 1))
        .withMessageContaining("shape [0, 2]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TensorDataset.of(INPUTS, new int[] {3, 2}, new int[] {0, 3, 1}, 3))
        .withMessageContaining("target 1 is class 3, but there are 3 classes");
  }
}
