package dev.gradkeeper.engine.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static double[] rates(Schedule schedule, int updates) {
    return LongStream.rangeClosed(1, updates).mapToDouble(schedule::lr).toArray();
  }

  @Test
  void constant() {
    assertThat(rates(new Schedule.Constant(0.1), 3)).containsExactly(0.1, 0.1, 0.1);
  }

  @Test
  void stepsDownEveryFewUpdates() {
    assertThat(rates(new Schedule.Step(0.8, 2, 0.5), 5)).containsExactly(0.8, 0.8, 0.4, 0.4, 0.2);
  }

  @Test
  void stepsDownAtMilestones() {
    assertThat(rates(new Schedule.MultiStep(0.8, new long[] {4, 1}, 0.5), 6))
        .containsExactly(0.8, 0.4, 0.4, 0.4, 0.2, 0.2);
  }

  @Test
  void decaysExponentially() {
    assertThat(rates(new Schedule.Exponential(1, 0.5), 4)).containsExactly(1, 0.5, 0.25, 0.125);
  }

  @Test
  void warmsUpAndFollowsACosine() {
    double half = 0.1 + 0.9 * (1 + Math.sqrt(0.5)) / 2;
    assertThat(rates(new Schedule.Cosine(1, 2, 6, 0.1), 8))
        .containsExactly(
            new double[] {0.5, 1, 1, half, 0.55, 0.1 + 1 - half, 0.1, 0.1}, within(1e-15));
  }

  @Test
  void figuresOutOfRangeAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedule.Step(0.1, 0, 0.5))
        .withMessageContaining("stepSize must be positive, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Schedule.Cosine(0.1, 10, 10, 0))
        .withMessageContaining("10 and 10");
  }
}
