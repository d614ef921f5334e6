package dev.gradkeeper.engine.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ShapeTest {
  private static int[] shape(int... sizes) {
    return sizes;
  }

  @Test
  void broadcastsAsNumPy() {
    assertThat(Shape.broadcast("op", shape(2, 3), shape(3))).containsExactly(2, 3);
    assertThat(Shape.broadcast("op", shape(3, 1), shape(2, 1, 4))).containsExactly(2, 3, 4);
    assertThat(Shape.broadcast("op", shape(), shape(2))).containsExactly(2);
    assertThat(Shape.broadcast("op", shape(0), shape(1))).containsExactly(0);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.broadcast("op", shape(2), shape(3)))
        .withMessage("op: shapes [2] and [3] do not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Shape.broadcast("op", shape(0), shape(2)));
  }

  @Test
  void infersOneSize() {
    assertThat(Shape.infer("op", shape(2, 6), 3, -1)).containsExactly(3, 4);
    assertThat(Shape.infer("op", shape(), 1, 1)).containsExactly(1, 1);
    assertThat(Shape.infer("op", shape(0, 3), 0, 5)).containsExactly(0, 5);
    for (int[] target : new int[][] {{5, -1}, {-1, -1}, {-2, 6}, {12, 2}, {0, -1}, {}}) {
      assertThatIllegalArgumentException()
          .as(Shape.format(target))
          .isThrownBy(() -> Shape.infer("op", shape(2, 6), target))
          .withMessageContaining("[2, 6]");
    }
  }

  @Test
  void dimensionsCountFromBothEnds() {
    assertThat(Shape.dimension("op", -1, 3)).isEqualTo(2);
    assertThat(Shape.dimension("op", 0, 3)).isZero();
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.dimension("op", 3, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.dimension("op", -4, 3));
    assertThatIllegalArgumentException().isThrownBy(() -> Shape.dimension("op", 0, 0));
  }
}
