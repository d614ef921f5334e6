package dev.gradkeeper.engine.train;

import static dev.gradkeeper.engine.train.spec.Specs.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import dev.gradkeeper.engine.Golden;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Kernels;
import dev.gradkeeper.engine.kernel.accelerator.Accelerator;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorSession;
import dev.gradkeeper.engine.kernel.accelerator.AcceleratorUsage;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.opencl.TestDevices;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.train.spec.EvaluationSpec;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.OptimizerSpec;
import dev.gradkeeper.engine.train.spec.RecordSpec;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.StopSpec;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Whole runs on a device beside those on the CPU. */
class TrainingOnDeviceTest {
  private static Accelerator device;

  @BeforeAll
  static void find() {
    device = TestDevices.first();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.gradkeeper.engine.train.StepSpecs#specs")
  void everyKindOfStepIsAsOnTheCpu(String name, TrainingSpec spec) {
    spec = with(spec, new RecordSpec(true, true, true));
    SeriesListener cpu = train(spec, StoredImages.NONE, CpuDevice.get());
    SeriesListener planned;
    SeriesListener eager;
    try (AcceleratorSession session = device.open(name, 0)) {
      planned = train(spec, StoredImages.NONE, session);
      eager = new SeriesListener();
      new TrainingRun(spec, StoredImages.NONE, new PlanningDevice(session), () -> 0, false)
          .run(eager, () -> false);
    }
    assertClose(planned.loss, cpu.loss);
    assertClose(planned.gradNorm, cpu.gradNorm);
    assertThat(planned.loss).isEqualTo(eager.loss);
    assertThat(planned.values).isEqualTo(eager.values);
  }

  @Test
  void theTutorialNetworkGivesPyTorchsLossesAndTheSameBitsTwice() {
    Images images = GoldenImages.load();
    TrainingSpec spec = lenet(50);
    SeriesListener first = onDevice(spec, images);

    assertClose(first.loss, train(spec, _ -> images, CpuDevice.get()).loss);
    JsonNode golden = Golden.read("lenet-cifar10.json").at("/zero_0/loss");
    for (int i = 0; i < 50; i++) {
      assertThat(first.loss.get(i).doubleValue())
          .isCloseTo(golden.get(i).doubleValue(), withinPercentage(1e-3));
    }
    SeriesListener second = onDevice(spec, images);
    assertThat(second.loss).isEqualTo(first.loss);
    assertThat(second.gradNorm).isEqualTo(first.gradNorm);
  }

  @Test
  void adamGivesPyTorchsLosses() {
    Images images = GoldenImages.load();
    OptimizerSpec adam = new OptimizerSpec.Adam(0.001, 0.9, 0.999, 1e-8, 0, false);
    SeriesListener run = onDevice(with(lenet(50), adam), images);
    JsonNode golden = Golden.read("lenet-cifar10.json").at("/adam_0/loss");
    for (int i = 0; i < 50; i++) {
      assertThat(run.loss.get(i).doubleValue())
          .isCloseTo(golden.get(i).doubleValue(), withinPercentage(1e-3));
    }
  }

  @Test
  void aSteadyStepReadsLossAndNormAloneAndCallsNoCpuKernel() throws Exception {
    Images images = GoldenImages.load();
    try (AcceleratorSession session = device.open("steady", 0)) {
      List<AcceleratorUsage> usages = new ArrayList<>();
      List<Integer> cpuCalls = new ArrayList<>();
      AtomicInteger calls = new AtomicInteger();
      try (var _ = countCpuKernels(calls)) {
        TrainingListener listener =
            (_, _, _, _, _, _) -> {
              usages.add(session.usage());
              cpuCalls.add(calls.get());
            };
        new TrainingRun(lenet(20), _ -> images, session, () -> 0).run(listener, () -> false);
      }
      int batch = 4 * (3 * 32 * 32 * 4 + 4);
      for (int i = 5; i < 20; i++) {
        AcceleratorUsage before = usages.get(i - 1);
        AcceleratorUsage after = usages.get(i);
        assertThat(after.bytesRead() - before.bytesRead()).isEqualTo(8);
        assertThat(after.bytesWritten() - before.bytesWritten()).isEqualTo(batch);
        assertThat(after.launches() - before.launches()).isPositive();
        assertThat(after.memoryBytes()).isEqualTo(before.memoryBytes());
        assertThat(cpuCalls.get(i)).isEqualTo(cpuCalls.get(i - 1));
      }
      assertThat(usages.getLast().busyNanos()).isPositive();
    }
  }

  /** Puts counting kernels into the CPU's device until it is closed. */
  private static AutoCloseable countCpuKernels(AtomicInteger calls) throws Exception {
    CpuDevice cpu = CpuDevice.get();
    Kernels kernels = cpu.kernels();
    Field field = CpuDevice.class.getDeclaredField("kernels");
    field.setAccessible(true);
    Object counting =
        Proxy.newProxyInstance(
            Kernels.class.getClassLoader(),
            new Class<?>[] {Kernels.class},
            (_, method, arguments) -> {
              calls.incrementAndGet();
              try {
                return method.invoke(kernels, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
    field.set(cpu, counting);
    dev.gradkeeper.engine.tensor.Tensor.ones(dev.gradkeeper.engine.kernel.DType.FLOAT32, 1);
    assertThat(calls.get()).as("the CPU's kernels are counted").isPositive();
    return () -> field.set(cpu, kernels);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("dev.gradkeeper.engine.train.StepSpecs#specs")
  void aRestoredRunGoesOnToTheSameBits(String name, TrainingSpec spec) throws Exception {
    SeriesListener whole = onDevice(spec, null);
    for (int cut : List.of(1, 7)) {
      Cut series = new Cut(cut);
      try (AcceleratorSession session = device.open(name, 0)) {
        new TrainingRun(spec, StoredImages.NONE, session, () -> 0)
            .run(series, () -> series.left == 0);
      }
      try (AcceleratorSession session = device.open(name, 0)) {
        TrainingRun run = new TrainingRun(spec, StoredImages.NONE, session, () -> 0);
        run.restore(Checkpoint.read(ByteBuffer.wrap(series.checkpoint)));
        run.run(series, () -> false);
      }
      assertThat(series.loss).isEqualTo(whole.loss);
      assertThat(series.gradNorm).isEqualTo(whole.gradNorm);
    }
  }

  @Test
  void twoHundredShortRunsLeaveNothingBehind() {
    TrainingSpec spec = with(StepSpecs.images(ZeroGrad.EACH_UPDATE, 1), stop(3));
    long before = device.memoryInUse();
    for (int i = 0; i < 200; i++) {
      try (AcceleratorSession session = device.open("run " + i, 1 << 20)) {
        train(spec, StoredImages.NONE, session);
        // how much exactly depends on when the collector has found what nobody uses
        assertThat(session.usage().peakMemoryBytes()).isBetween(10_000L, 100_000L);
      }
      assertThat(device.memoryInUse()).isEqualTo(before);
    }
  }

  private static final class Cut extends SeriesListener {
    int left;
    byte[] checkpoint;

    Cut(int microBatches) {
      left = microBatches;
    }

    @Override
    public void onMicroBatchEnd(TrainingRun run) {
      if (--left == 0) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
          run.checkpoint().write(out);
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        checkpoint = out.toByteArray();
      }
    }
  }

  private static TrainingSpec lenet(long steps) {
    return with(with(Specs.lenet(), (EvaluationSpec) null), stop(steps));
  }

  private static StopSpec stop(long steps) {
    return new StopSpec(null, steps, null, null, null);
  }

  private static SeriesListener onDevice(TrainingSpec spec, Images images) {
    try (AcceleratorSession session = device.open("test", 0)) {
      return train(spec, _ -> images, session);
    }
  }

  private static SeriesListener train(TrainingSpec spec, StoredImages images, Device device) {
    SeriesListener series = new SeriesListener();
    new TrainingRun(spec, images, device, () -> 0).run(series, () -> false);
    return series;
  }

  private static void assertClose(List<Float> actual, List<Float> expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.size(); i++) {
      if (Float.compare(actual.get(i), expected.get(i)) != 0) {
        assertThat(actual.get(i)).isCloseTo(expected.get(i), withinPercentage(1e-3));
      }
    }
  }
}
