package dev.gradkeeper.engine.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.random.Generator;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class DataLoaderTest {
  /** Draws of the tutorial network's initial parameters. */
  private static final int LENET_DRAWS = 62_006;

  /** Sample i has the input (i, -i) and the class i mod 3. */
  private static Dataset samples(int size) {
    float[] inputs = new float[2 * size];
    for (int i = 0; i < size; i++) {
      inputs[2 * i] = i;
      inputs[2 * i + 1] = -i;
    }
    int[] labels = IntStream.range(0, size).map(i -> i % 3).toArray();
    return TensorDataset.of(inputs, new int[] {size, 2}, labels, 3);
  }

  /** The samples of an epoch in order, checking that inputs and targets belong together. */
  private static int[] visited(Epoch epoch) {
    List<Integer> visited = new ArrayList<>();
    while (epoch.hasNext()) {
      Batch batch = epoch.next();
      float[] inputs = batch.inputs().toFloatArray();
      int[] labels = batch.targets().toIntArray();
      assertThat(batch.inputs().shape()).containsExactly(labels.length, 2);
      for (int i = 0; i < labels.length; i++) {
        assertThat(inputs[2 * i + 1]).isEqualTo(-inputs[2 * i]);
        assertThat(labels[i]).isEqualTo((int) inputs[2 * i] % 3);
        visited.add((int) inputs[2 * i]);
      }
    }
    return visited.stream().mapToInt(i -> i).toArray();
  }

  @ParameterizedTest
  @CsvSource({"0,0", "42,0", "-7,0", "123456789012345,0", "0,1", "42,3"})
  void orderAndDrawsAreThoseOfPyTorchWhateverTheWorkers(long seed, int workers) {
    JsonNode golden = Golden.read("torch-cpu-rng.json").get("seed " + seed);
    Generator generator = new Generator(seed);
    generator.uniform(new float[LENET_DRAWS], 0, LENET_DRAWS, 0, 1);
    DataLoader loader =
        DataLoader.of(samples(53))
            .batchSize(4)
            .shuffle(true)
            .workers(workers)
            .generator(generator)
            .build();

    assertThat(visited(loader.iterator()))
        .containsExactly(Golden.ints(golden.get("loader_after_lenet_epoch1")));
    assertThat(visited(loader.iterator()))
        .containsExactly(Golden.ints(golden.get("loader_after_lenet_epoch2")));
    float[] after = new float[3];
    generator.uniform(after, 0, 3, 0, 1);
    assertThat(after).containsExactly(Golden.floats(golden.get("rand3_after")));
  }

  /** The example of pytorch#63026, which PyTorch 1.9.0 printed: seed 1, 20 items. */
  @Test
  void orderOfPyTorch19() {
    DataLoader loader =
        DataLoader.of(samples(20)).batchSize(1).shuffle(true).generator(new Generator(1)).build();
    assertThat(visited(loader.iterator()))
        .containsExactly(14, 13, 12, 8, 3, 17, 7, 6, 10, 1, 4, 0, 19, 18, 16, 15, 5, 9, 11, 2);
  }

  @Test
  void anUnshuffledEpochDrawsOneSeedOfTwoOutputs() {
    Generator generator = new Generator(5);
    DataLoader loader = DataLoader.of(samples(7)).batchSize(3).generator(generator).build();
    assertThat(visited(loader.iterator())).containsExactly(0, 1, 2, 3, 4, 5, 6);
    Generator reference = new Generator(5);
    reference.nextLong();
    assertThat(generator.getState()).isEqualTo(reference.getState());
  }

  @Test
  void batchesHaveTheDatasetsShapes() {
    Dataset numbers =
        TensorDataset.of(new float[30], new int[] {5, 3, 2}, new float[20], new int[] {5, 4});
    Batch batch = DataLoader.of(numbers).build().iterator().next();
    assertThat(batch.size()).isEqualTo(5);
    assertThat(batch.inputs().shape()).containsExactly(5, 3, 2);
    assertThat(batch.targets().shape()).containsExactly(5, 4);
    assertThat(batch.targets().dtype()).isEqualTo(DType.FLOAT32);

    Batch labelled = DataLoader.of(samples(5)).batchSize(2).build().iterator().next();
    assertThat(labelled.targets().shape()).containsExactly(2);
    assertThat(labelled.targets().dtype()).isEqualTo(DType.INT32);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void theLastShortBatchIsKeptOrDropped(int workers) {
    DataLoader.Builder builder = DataLoader.of(samples(10)).batchSize(4).workers(workers);
    DataLoader kept = builder.build();
    assertThat(kept.batches()).isEqualTo(3);
    List<Integer> sizes = new ArrayList<>();
    kept.forEach(batch -> sizes.add(batch.size()));
    assertThat(sizes).containsExactly(4, 4, 2);

    DataLoader dropped = builder.dropLast(true).build();
    assertThat(dropped.batches()).isEqualTo(2);
    assertThat(visited(dropped.iterator())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    DataLoader none = DataLoader.of(samples(3)).batchSize(4).dropLast(true).build();
    assertThat(none.iterator()).isExhausted();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void anEpochGoesOnFromTheMiddleWithoutDrawing(int workers) {
    Generator generator = new Generator(3);
    DataLoader loader =
        DataLoader.of(samples(23))
            .batchSize(4)
            .shuffle(true)
            .workers(workers)
            .generator(generator)
            .build();
    int[] whole = visited(loader.iterator());

    generator.manualSeed(3);
    EpochState state;
    try (Epoch first = loader.iterator()) {
      first.next();
      first.next();
      state = first.state();
    }
    assertThat(state.position()).isEqualTo(2);
    byte[] drawn = generator.getState();
    assertThat(visited(loader.resume(state))).containsExactly(Arrays.copyOfRange(whole, 8, 23));
    assertThat(generator.getState()).isEqualTo(drawn);

    assertThat(loader.resume(new EpochState(state.seed(), 6))).isExhausted();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> loader.resume(new EpochState(state.seed(), 7)))
        .withMessageContaining("position 7 of an epoch of 6 batches");
  }

  @Test
  void batchesAreFreshUnlessReused() {
    DataLoader fresh = DataLoader.of(samples(4)).batchSize(2).build();
    Epoch epoch = fresh.iterator();
    Batch first = epoch.next();
    epoch.next();
    assertThat(first.inputs().toFloatArray()).containsExactly(0, 0, 1, -1);

    DataLoader reused = DataLoader.of(samples(5)).batchSize(2).reuseBatches(true).build();
    epoch = reused.iterator();
    first = epoch.next();
    int version = first.inputs().version();
    assertThat(epoch.next()).isSameAs(first);
    assertThat(first.inputs().toFloatArray()).containsExactly(2, -2, 3, -3);
    assertThat(first.inputs().version()).as("autograd sees the change").isGreaterThan(version);
    Batch last = epoch.next();
    assertThat(last.inputs().shape()).containsExactly(1, 2);
    epoch = reused.iterator();
    assertThat(epoch.next()).isSameAs(first);
  }

  /** Reads of the second sample fail or wait. */
  private record Troubled(Dataset dataset, Runnable trouble) implements Dataset {
    @Override
    public int size() {
      return dataset.size();
    }

    @Override
    public int[] inputShape() {
      return dataset.inputShape();
    }

    @Override
    public int[] targetShape() {
      return dataset.targetShape();
    }

    @Override
    public int classes() {
      return dataset.classes();
    }

    @Override
    public void input(int index, float[] out, int offset) {
      if (index == 1) {
        trouble.run();
      }
      dataset.input(index, out, offset);
    }

    @Override
    public void target(int index, float[] out, int offset) {
      dataset.target(index, out, offset);
    }

    @Override
    public int label(int index) {
      return dataset.label(index);
    }
  }

  private static List<Thread> loaderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("loader-"))
        .toList();
  }

  private static void assertLoaderThreadsEnd() throws InterruptedException {
    for (Thread thread : loaderThreads()) {
      thread.join(10_000);
    }
    assertThat(loaderThreads()).isEmpty();
  }

  @Test
  void workersEndWithTheEpochAndWithClose() throws Exception {
    DataLoader loader = DataLoader.of(samples(40)).batchSize(2).workers(3).build();
    visited(loader.iterator());
    assertLoaderThreadsEnd();
    try (Epoch epoch = loader.iterator()) {
      epoch.next();
      assertThat(loaderThreads()).hasSize(3);
    }
    assertLoaderThreadsEnd();
  }

  @Test
  void anErrorOfTheDatasetReachesTheReader() throws Exception {
    Dataset broken =
        new Troubled(
            samples(8),
            () -> {
              throw new IllegalArgumentException("sample 1 is broken");
            });
    Epoch epoch = DataLoader.of(broken).batchSize(1).workers(2).build().iterator();
    epoch.next();
    assertThatThrownBy(epoch::next)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("batch 1 cannot be read")
        .hasRootCauseMessage("sample 1 is broken");
    assertLoaderThreadsEnd();
  }

  @Test
  void anInterruptedReaderStopsItsWorkers() throws Exception {
    Thread reader = Thread.currentThread();
    Dataset waiting =
        new Troubled(
            samples(8),
            () -> {
              reader.interrupt();
              try {
                Thread.sleep(60_000);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    Epoch epoch = DataLoader.of(waiting).batchSize(2).workers(1).build().iterator();
    assertThatThrownBy(epoch::next).isInstanceOf(CancellationException.class);
    assertThat(Thread.interrupted()).isTrue();
    assertLoaderThreadsEnd();
  }

  @Test
  void refusesWrongSettings() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataLoader.of(samples(3)).batchSize(0))
        .withMessageContaining("batch_size: must be at least 1, got 0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DataLoader.of(samples(3)).workers(65))
        .withMessageContaining("workers: must be between 0 and 64, got 65");
    Epoch epoch = DataLoader.of(samples(3)).build().iterator();
    epoch.next();
    assertThatThrownBy(epoch::next).isInstanceOf(NoSuchElementException.class);
  }
}
