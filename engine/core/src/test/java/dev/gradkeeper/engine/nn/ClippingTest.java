package dev.gradkeeper.engine.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClippingTest {
  private static Tensor withGradient(double... gradient) {
    Tensor p = Tensor.of(new double[gradient.length]).requiresGrad(true);
    p.setGrad(Tensor.of(gradient));
    return p;
  }

  private final Tensor a = withGradient(3, 0);
  private final Tensor b = withGradient(0, 0, 4);
  private final Tensor none = Tensor.of(new double[5]).requiresGrad(true);
  private final List<Tensor> parameters = List.of(a, none, b);

  @Test
  void theNormIsThatOfAllGradientsTogether() {
    assertThat(Clipping.gradNorm(parameters).item()).isEqualTo(5);
    assertThat(Clipping.gradNorm(List.of(none)).item()).isEqualTo(0);
  }

  @Test
  void gradientsAreScaledDownToTheNorm() {
    assertThat(Clipping.clipGradNorm(parameters, 2.5).item()).isEqualTo(5);
    double factor = 2.5 / (5 + 1e-6);
    assertThat(a.grad().toDoubleArray())
        .containsExactly(new double[] {3 * factor, 0}, within(1e-15));
    assertThat(b.grad().toDoubleArray())
        .containsExactly(new double[] {0, 0, 4 * factor}, within(1e-15));
    assertThat(none.grad()).isNull();
  }

  @Test
  void smallGradientsStay() {
    Clipping.clipGradNorm(parameters, 6);
    assertThat(a.grad().toDoubleArray()).containsExactly(3, 0);
  }

  @Test
  void valuesAreLimited() {
    Tensor p = withGradient(-3, 0.25, 3);
    Clipping.clipGradValue(List.of(p, none), 0.5);
    assertThat(p.grad().toDoubleArray()).containsExactly(-0.5, 0.25, 0.5);
  }

  @Test
  void limitsAreChecked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clipping.clipGradNorm(parameters, -1))
        .withMessageContaining("maxNorm")
        .withMessageContaining("-1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Clipping.clipGradValue(parameters, Double.NaN))
        .withMessageContaining("limit")
        .withMessageContaining("NaN");
    assertThatIllegalArgumentException().isThrownBy(() -> Clipping.gradNorm(List.of()));
  }
}
