package dev.gradkeeper.engine.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Threads that do rounds of tasks together. */
class CrewTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void doesEveryTaskOfEveryRoundOnce(int threads) {
    int[] done = new int[7];
    Runnable[] tasks = new Runnable[done.length];
    Arrays.setAll(tasks, i -> () -> done[i]++);
    try (Crew crew = new Crew(threads)) {
      for (int round = 1; round <= 20_000; round++) {
        crew.run(round % 2 == 0 ? tasks : Arrays.copyOf(tasks, 3));
      }
    }

    assertThat(done).containsExactly(20_000, 20_000, 20_000, 10_000, 10_000, 10_000, 10_000);
  }

  /** Each task waits for the other: one thread alone would never end. */
  @Test
  void tasksRunAtTheSameTime() {
    CountDownLatch both = new CountDownLatch(2);
    Runnable meet =
        () -> {
          both.countDown();
          try {
            both.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    try (Crew crew = new Crew(2)) {
      crew.run(new Runnable[] {meet, meet});
    }

    assertThat(both.getCount()).isZero();
  }

  @Test
  void aFailureIsThrownWhenTheOthersAreDone() {
    boolean[] done = new boolean[2];
    Runnable[] tasks = {
      () -> done[0] = true,
      () -> {
        throw new IllegalStateException("a task");
      },
      () -> done[1] = true
    };
    try (Crew crew = new Crew(2)) {
      assertThatThrownBy(() -> crew.run(tasks)).hasMessage("a task");
      assertThat(done).containsExactly(true, true);
      crew.run(new Runnable[] {() -> done[0] = false});
    }

    assertThat(done).containsExactly(false, true);
  }
}
