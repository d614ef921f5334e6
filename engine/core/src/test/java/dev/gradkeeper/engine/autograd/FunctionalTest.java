package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.Functional.avgPool2d;
import static dev.gradkeeper.engine.autograd.Functional.conv2d;
import static dev.gradkeeper.engine.autograd.Functional.linear;
import static dev.gradkeeper.engine.autograd.Functional.logSoftmax;
import static dev.gradkeeper.engine.autograd.Functional.maxPool2d;
import static dev.gradkeeper.engine.autograd.Functional.nllLoss;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

class FunctionalTest {
  @Test
  void linearIsAMatrixProductWithABias() {
    Tensor x = Tensor.of(new float[] {1, 2, 3, 4}, 2, 2);
    Tensor weight = Tensor.of(new float[] {1, 0, 0, 1, 1, 1}, 3, 2);
    Tensor bias = Tensor.of(new float[] {10, 20, 30});
    assertThat(linear(x, weight, bias).toFloatArray()).containsExactly(11, 22, 33, 13, 24, 37);
    assertThat(linear(x, weight, null).toFloatArray()).containsExactly(1, 2, 3, 3, 4, 7);
  }

  /** Straight from the definition, with stride, padding, dilation and groups. */
  @Test
  void convolutionIsItsDefinition() {
    Window window = Window.of(2, 3).withStride(2, 1).withPadding(1, 2).withDilation(3, 2);
    Tensor x = GradCheck.normal(2, 4, 6, 5);
    Tensor weight = GradCheck.normal(6, 2, 2, 3);
    Tensor bias = GradCheck.normal(6);
    Tensor out = conv2d(x, weight, bias, window, 2);

    assertThat(out.shape()).containsExactly(2, 6, 3, 5);
    double[] values = out.toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      int column = i % 5;
      int row = i / 5 % 3;
      int channel = i / 15 % 6;
      double expected = bias.toDoubleArray()[channel];
      for (int c = 0; c < 2; c++) {
        for (int kh = 0; kh < 2; kh++) {
          for (int kw = 0; kw < 3; kw++) {
            int h = row * 2 - 1 + kh * 3;
            int w = column - 2 + kw * 2;
            if (h >= 0 && h < 6 && w >= 0 && w < 5) {
              int from = channel / 3 * 2 + c;
              expected +=
                  x.toDoubleArray()[((i / 90 * 4 + from) * 6 + h) * 5 + w]
                      * weight.toDoubleArray()[((channel * 2 + c) * 2 + kh) * 3 + kw];
            }
          }
        }
      }
      assertThat(values[i]).isCloseTo(expected, within(1e-12));
    }
  }

  @Test
  void poolingTakesTheMaximumAndTheMean() {
    Tensor x = Tensor.of(new float[] {1, 2, -3, 4, 8, 0, 7, -1, -2}, 1, 1, 3, 3);
    Window padded = Window.of(2, 2).withStride(2, 2).withPadding(1, 1);
    assertThat(maxPool2d(x, padded).toFloatArray()).containsExactly(1, 2, 7, 8);
    assertThat(avgPool2d(x, padded).toFloatArray()).containsExactly(0.25f, -0.25f, 2.75f, 1.25f);
  }

  /** As in PyTorch: the first of equal maxima. */
  @Test
  void theFirstOfEqualMaximaGetsTheGradient() {
    Tensor x = Tensor.ones(1, 1, 2, 2).requiresGrad(true);
    TensorMath.sum(maxPool2d(x, Window.square(2, 2))).backward();
    assertThat(x.grad().toFloatArray()).containsExactly(1, 0, 0, 0);
  }

  @Test
  void logSoftmaxDoesNotOverflow() {
    Tensor x = Tensor.of(new float[] {1000, 1000, -1000}, 1, 3);
    float[] values = logSoftmax(x).toFloatArray();
    assertThat(values[0]).isCloseTo((float) -Math.log(2), within(1e-6f));
    assertThat(values[2]).isCloseTo(-2000 - (float) Math.log(2), within(1e-3f));
  }

  @Test
  void nllPicksTheTarget() {
    Tensor logs = Tensor.of(new float[] {-1, -2, -3, -4, -5, -6}, 2, 3);
    Tensor target = Tensor.of(new int[] {2, 0});
    assertThat(nllLoss(logs, target).item()).isEqualTo(3.5);
    assertThat(nllLoss(logs, target, LossReduction.SUM).item()).isEqualTo(7);
  }

  @Test
  void argumentsAreChecked() {
    Tensor image = Tensor.zeros(1, 2, 4, 4);
    refused(
        "linear: a bias of shape [3] for a weight of shape [2, 2]",
        () -> linear(Tensor.zeros(2), Tensor.zeros(2, 2), Tensor.zeros(3)));
    refused(
        "conv2d: a weight of shape [1, 2, 3, 3] for a kernel of 2x2",
        () -> conv2d(image, Tensor.zeros(1, 2, 3, 3), null, Window.square(2, 1), 1));
    refused(
        "with 2 groups",
        () -> conv2d(image, Tensor.zeros(1, 1, 2, 2), null, Window.square(2, 1), 2));
    refused(
        "maxPool2d: needs four dimensions, got shape [4, 4]",
        () -> maxPool2d(Tensor.zeros(4, 4), Window.square(2, 2)));
    refused("padding 2x0", () -> avgPool2d(image, Window.of(2, 2).withPadding(2, 0)));
    refused(
        "a kernel of 5x5 does not fit an input of shape [1, 2, 4, 4]",
        () -> maxPool2d(image, Window.square(5, 5)));
    refused(
        "nllLoss: shapes [2, 3] and [3]", () -> nllLoss(Tensor.zeros(2, 3), Tensor.of(new int[3])));
    refused("INT32, got FLOAT32", () -> nllLoss(Tensor.zeros(2, 3), Tensor.zeros(2)));
    refused("target -1 of sample 0", () -> nllLoss(Tensor.zeros(1, 3), Tensor.of(new int[] {-1})));
  }

  private static void refused(String message, Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }
}
