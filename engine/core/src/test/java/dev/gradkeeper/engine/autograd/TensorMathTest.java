package dev.gradkeeper.engine.autograd;

import static dev.gradkeeper.engine.autograd.TensorMath.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.tensor.Tensor;
import org.junit.jupiter.api.Test;

/** What the functions of {@code torch} compute, on figures small enough to check by eye. */
class TensorMathTest {
  private final Tensor x = Tensor.of(new double[] {1, 2, 3, 4, 5, 6}, 2, 3);

  private static void is(Tensor tensor, int[] shape, double... values) {
    assertThat(tensor.shape()).containsExactly(shape);
    assertThat(tensor.toDoubleArray()).containsExactly(values, within(1e-14));
  }

  private static int[] shape(int... sizes) {
    return sizes;
  }

  private static Tensor of(double... values) {
    return Tensor.of(values);
  }

  @Test
  void arithmetic() {
    is(add(x, of(10, 20, 30)), shape(2, 3), 11, 22, 33, 14, 25, 36);
    is(sub(of(1, 1, 1), x), shape(2, 3), 0, -1, -2, -3, -4, -5);
    is(mul(reshape(of(1, 2), 2, 1), of(3, 4, 5)), shape(2, 3), 3, 4, 5, 6, 8, 10);
    is(div(of(1, 2), of(4, 5)), shape(2), 0.25, 0.4);
    is(add(of(1), 2), shape(1), 3);
    is(sub(of(1), 2), shape(1), -1);
    is(mul(of(3), 2), shape(1), 6);
    is(div(of(3), 2), shape(1), 1.5);
    is(neg(of(1, -2)), shape(2), -1, 2);
    is(pow(of(2), 7), shape(1), 128);
    is(pow(of(2), -2), shape(1), 0.25);
    is(square(of(-3)), shape(1), 9);
    is(sqrt(of(9)), shape(1), 3);
    is(reciprocal(of(4)), shape(1), 0.25);
    is(abs(of(-4, 4)), shape(2), 4, 4);
    is(exp(of(0, 1)), shape(2), 1, Math.E);
    is(log(of(Math.E)), shape(1), 1);
    is(tanh(of(0, 1)), shape(2), 0, Math.tanh(1));
    is(sigmoid(of(0, 1)), shape(2), 0.5, 1 / (1 + Math.exp(-1)));
    is(relu(of(-1, 0, 2)), shape(3), 0, 0, 2);
  }

  /** Numbers are rounded to float32, and division is not a product with the reciprocal. */
  @Test
  void numbersMeetFloat32TensorsAsFloat32() {
    Tensor nine = Tensor.scalar(9);
    assertThat(div(nine, 10).item()).isEqualTo(9f / 10f);
    assertThat(mul(nine, 0.1).item()).isEqualTo(9f * 0.1f);
    assertThat(add(nine, 0.1).item()).isEqualTo(9f + 0.1f);
    assertThat(1 / mul(Tensor.scalar(-0f), 2).item()).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Test
  void shapes() {
    is(reshape(x, 3, -1), shape(3, 2), 1, 2, 3, 4, 5, 6);
    is(transpose(x, 0, 1), shape(3, 2), 1, 4, 2, 5, 3, 6);
    is(reshape(transpose(x, 0, -1), 6), shape(6), 1, 4, 2, 5, 3, 6);
    is(narrow(x, 1, 1, 2), shape(2, 2), 2, 3, 5, 6);
    is(select(x, 0, 1), shape(3), 4, 5, 6);
    is(select(x, -1, 0), shape(2), 1, 4);
    is(expand(of(1, 2), 2, 2), shape(2, 2), 1, 2, 1, 2);
    assertThat(flatten(Tensor.zeros(2, 3, 4, 5), 1, -1).shape()).containsExactly(2, 60);
    assertThat(flatten(Tensor.zeros(2, 3, 4, 5), 1, 2).shape()).containsExactly(2, 12, 5);
    assertThat(flatten(Tensor.zeros(2, 3), 0, 0).shape()).containsExactly(2, 3);
    assertThat(flatten(Tensor.scalar(1), 0, -1).shape()).containsExactly(1);
  }

  @Test
  void viewsShareMemoryCopiesDoNot() {
    view(x, 6).fill(0);
    select(x, 0, 1).fill(7);
    is(x, shape(2, 3), 0, 0, 0, 7, 7, 7);
    reshape(transpose(x, 0, 1), 6).fill(1);
    is(x, shape(2, 3), 0, 0, 0, 7, 7, 7);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> view(transpose(x, 0, 1), 6))
        .withMessageContaining("[3, 2]")
        .withMessageContaining("reshape");
  }

  @Test
  void reductions() {
    is(sum(x), shape(), 21);
    is(sum(x, false, 0), shape(3), 5, 7, 9);
    is(sum(x, true, -1), shape(2, 1), 6, 15);
    is(sum(x, false, 0, 1), shape(), 21);
    is(mean(x), shape(), 3.5);
    is(mean(x, false, 1), shape(2), 2, 5);
    is(mean(x, true, 0), shape(1, 3), 2.5, 3.5, 4.5);
    assertThat(argmax(Tensor.of(new double[] {1, 5, 5, 9, 2, 3}, 2, 3)).toIntArray())
        .containsExactly(1, 0);
    assertThat(argmax(x).dtype()).isEqualTo(DType.INT32);
  }

  @Test
  void products() {
    Tensor columns = Tensor.of(new double[] {1, 0, 0, 1, 1, 1}, 3, 2);
    is(matmul(x, columns), shape(2, 2), 4, 5, 10, 11);
    is(matmul(x, of(1, 1, 1)), shape(2), 6, 15);
    is(matmul(of(1, 1), x), shape(3), 5, 7, 9);
    is(matmul(of(1, 2), of(3, 4)), shape(), 11);
    Tensor batch = Tensor.of(new double[] {1, 0, 0, 2, 0, 0}, 2, 1, 3);
    is(matmul(batch, columns), shape(2, 1, 2), 1, 0, 2, 0);
    assertThat(matmul(Tensor.zeros(5, 1, 2, 3), Tensor.zeros(4, 3, 6)).shape())
        .containsExactly(5, 4, 2, 6);
    assertThat(matmul(Tensor.zeros(3), Tensor.zeros(4, 3, 6)).shape()).containsExactly(4, 6);
  }

  @Test
  void inPlace() {
    Tensor y = of(1, 2);
    assertThat(addInPlace(y, of(10))).isSameAs(y);
    is(y, shape(2), 11, 12);
    is(addInPlace(y, of(1, 2), -2), shape(2), 9, 8);
    is(mulInPlace(subInPlace(y, of(4, 3)), 3), shape(2), 15, 15);
    assertThat(y.version()).isEqualTo(4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> addInPlace(of(1), y))
        .withMessageContaining("[1] and [2]");
  }

  @Test
  void argumentsAreChecked() {
    refused("flatten: dimension 2 comes after 1", () -> flatten(Tensor.zeros(2, 2, 2), 2, 1));
    refused("narrow: 2 elements from 2 along dimension 1", () -> narrow(x, 1, 2, 2));
    refused("narrow", () -> narrow(x, 1, Integer.MAX_VALUE, 2));
    refused("expand: shapes [2, 3] and [3]", () -> expand(x, 3));
    refused("sum: dimension 2", () -> sum(x, false, 2));
    refused("matmul: shapes [] and [2, 3]", () -> matmul(Tensor.scalar(1).to(DType.FLOAT64), x));
    refused("argmax", () -> argmax(Tensor.zeros(2, 0)));
    refused("pow", () -> pow(x, 0));
    refused("exp: needs a floating-point tensor, got INT32", () -> exp(Tensor.of(new int[] {1})));
  }

  private static void refused(String message, Runnable call) {
    assertThatIllegalArgumentException().isThrownBy(call::run).withMessageContaining(message);
  }
}
