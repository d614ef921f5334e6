package dev.gradkeeper.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.gradkeeper.engine.data.Transform.Normalize;
import dev.gradkeeper.engine.data.Transform.ToTensor;
import dev.gradkeeper.engine.io.Images;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ImageDatasetTest {
  /** Two images of 2 channels and 1x2 pixels. */
  private static final Images IMAGES =
      new Images(
          2,
          1,
          2,
          new byte[] {0, 1, (byte) 128, (byte) 255, 10, 20, 30, 40},
          new int[] {1, 0},
          List.of("cat", "dog"));

  private static float[] input(Dataset dataset, int index) {
    float[] out = new float[5];
    dataset.input(index, out, 1);
    assertThat(out[0]).isZero();
    return Arrays.copyOfRange(out, 1, 5);
  }

  @Test
  void toTensorDividesBy255() {
    Dataset dataset = new ImageDataset(IMAGES, List.of(new ToTensor()));
    assertThat(dataset.inputShape()).containsExactly(2, 1, 2);
    assertThat(input(dataset, 0)).containsExactly(0f, 1 / 255f, 128 / 255f, 1f);
    assertThat(dataset.label(0)).isEqualTo(1);
    assertThat(dataset.classes()).isEqualTo(2);
  }

  @Test
  void normalizeSubtractsAndDividesEachChannelInFloat32() {
    Dataset dataset =
        new ImageDataset(
            IMAGES,
            List.of(
                new ToTensor(),
                new Normalize(new float[] {0.4914f, 0.5f}, new float[] {0.2023f, 0.5f})));
    // torch: (float32(x) / 255 - 0.4914) / 0.2023, every operation rounded to float32.
    assertThat(input(dataset, 1))
        .containsExactly(
            (10 / 255f - 0.4914f) / 0.2023f,
            (20 / 255f - 0.4914f) / 0.2023f,
            (30 / 255f - 0.5f) / 0.5f,
            (40 / 255f - 0.5f) / 0.5f);
  }

  @Test
  void refusesTransformsThatDoNotFit() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDataset(IMAGES, List.of()))
        .withMessageContaining("to_tensor");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDataset(IMAGES, List.of(new ToTensor(), new ToTensor())))
        .withMessageContaining("once");
    Normalize three = new Normalize(new float[3], new float[] {1, 1, 1});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDataset(IMAGES, List.of(new ToTensor(), three)))
        .withMessageContaining("needs 2 means and deviations");
    Normalize zero = new Normalize(new float[2], new float[] {1, 0});
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageDataset(IMAGES, List.of(new ToTensor(), zero)))
        .withMessageContaining("std[1]");
  }
}
