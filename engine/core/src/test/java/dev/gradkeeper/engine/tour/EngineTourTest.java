package dev.gradkeeper.engine.tour;

import static dev.gradkeeper.engine.autograd.Functional.crossEntropy;
import static dev.gradkeeper.engine.autograd.GradMode.noGrad;
import static dev.gradkeeper.engine.autograd.TensorMath.add;
import static dev.gradkeeper.engine.autograd.TensorMath.mean;
import static dev.gradkeeper.engine.autograd.TensorMath.mul;
import static dev.gradkeeper.engine.autograd.TensorMath.relu;
import static dev.gradkeeper.engine.autograd.TensorMath.square;
import static dev.gradkeeper.engine.autograd.TensorMath.sub;
import static dev.gradkeeper.engine.autograd.TensorMath.subInPlace;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gradkeeper.engine.data.Batch;
import dev.gradkeeper.engine.data.DataLoader;
import dev.gradkeeper.engine.data.TensorDataset;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.nn.Clipping;
import dev.gradkeeper.engine.nn.Linear;
import dev.gradkeeper.engine.optim.SGD;
import dev.gradkeeper.engine.plan.Plan;
import dev.gradkeeper.engine.plan.PlanningDevice;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;
import dev.gradkeeper.engine.train.StoredImages;
import dev.gradkeeper.engine.train.TrainingRun;
import dev.gradkeeper.engine.train.spec.GradientSpec.ZeroGrad;
import dev.gradkeeper.engine.train.spec.Specs;
import dev.gradkeeper.engine.train.spec.TrainingSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.junit.jupiter.api.Test;

/** The snippets of docs/engine.md, and what they come to. */
class EngineTourTest {

  @Test
  void aSpecIsARun() {
    TrainingSpec spec = Specs.linearRegression(ZeroGrad.EACH_UPDATE);
    List<Float> losses = new ArrayList<>();

    TrainingRun run = new TrainingRun(spec, StoredImages.NONE);
    run.run((step, epoch, loss, gradNorm, lr, clipped) -> losses.add(loss), () -> false);

    assertThat(losses).hasSize(1000);
    assertThat(losses.getFirst()).isCloseTo(83.8424f, within(1e-4f));
    assertThat(losses.getLast()).isCloseTo(0.8316f, within(1e-4f));
  }

  @Test
  void gradientsAccumulateUntilTheyAreZeroed() {
    Generator generator = new Generator(6);
    Tensor x = mul(Tensor.rand(generator, 20, 1), 10);
    Tensor y = add(mul(x, 2), add(Tensor.randn(generator, 20, 1), 5));
    Tensor w = Tensor.randn(generator, 1).requiresGrad(true);
    Tensor b = Tensor.zeros(1).requiresGrad(true);

    Tensor predicted = add(mul(w, x), b);
    Tensor loss = mean(mul(square(sub(y, predicted)), 0.5));

    loss.backward();
    double first = w.grad().item(); // -74.6261
    double norm = Clipping.gradNorm(List.of(w, b)).item(); // 75.6746

    assertThat(loss.item()).isCloseTo(83.8424, within(1e-4));
    assertThat(first).isCloseTo(-74.6261, within(1e-4));
    assertThat(norm).isCloseTo(75.6746, within(1e-4));

    try (var _ = noGrad()) {
      subInPlace(w, mul(w.grad(), 0.01));
      subInPlace(b, mul(b.grad(), 0.01));
    }
    Tensor next = mean(mul(square(sub(y, add(mul(w, x), b))), 0.5));
    next.backward();
    double both = w.grad().item(); // -122.9075: the first gradient is still in it

    assertThat(both).isCloseTo(-122.9075, within(1e-4));
  }

  @Test
  void aLoopIsFourCalls() {
    Generator generator = new Generator(0);
    float[] inputs = Tensor.rand(generator, 12, 3).toFloatArray();
    TensorDataset dataset = TensorDataset.of(inputs, new int[] {12, 3}, new int[12], 2);
    Linear model = new Linear(3, 2, generator);
    SGD optimizer = new SGD(model.parameters(), 0.1);
    DataLoader loader =
        DataLoader.of(dataset).batchSize(4).shuffle(true).generator(generator).build();
    double loss = 0;
    for (int epoch = 0; epoch < 50; epoch++) {
      for (Batch batch : loader) {
        optimizer.zeroGrad();
        Tensor error = crossEntropy(model.forward(batch.inputs()), batch.targets());
        error.backward();
        optimizer.step();
        loss = error.item();
      }
    }
    assertThat(loss).isLessThan(0.1);
  }

  @Test
  void aPlanRepeatsAStepWithoutItsCode() {
    PlanningDevice device = new PlanningDevice(CpuDevice.get());
    Tensor in = Tensor.of(device, new float[] {-1, 2, 3}, 3);
    Tensor out = Tensor.empty(device, DType.FLOAT32, 3);

    Plan plan =
        device.capture(
            () -> {
              out.copyFrom(mul(relu(in), 10));
              return List.of(out.view());
            });
    in.copyFrom(Tensor.of(new float[] {4, -5, 6}, 3));
    plan.run();

    assertThat(out.toFloatArray()).containsExactly(40, 0, 60);
  }

  @Test
  void aKernelWritesIntoViews() {
    Device cpu = CpuDevice.get();
    View a = View.contiguous(cpu.allocate(DType.FLOAT32, 6), 0, 2, 3);
    View b = View.contiguous(cpu.allocate(DType.FLOAT32, 6), 0, 3, 2);
    View c = View.contiguous(cpu.allocate(DType.FLOAT32, 4), 0, 2, 2);
    cpu.write(new float[] {1, 2, 3, 4, 5, 6}, 0, a.storage(), 0, 6);
    cpu.write(new float[] {1, 0, 0, 1, 1, 1}, 0, b.storage(), 0, 6);

    cpu.kernels().gemm(a, b, c, false);

    float[] product = new float[4];
    cpu.read(c.storage(), 0, product, 0, 4); // 4, 5, 10, 11
    assertThat(product).containsExactly(4, 5, 10, 11);
  }

  private static final VectorSpecies<Float> F = FloatVector.SPECIES_PREFERRED;

  private static void tile2x1(int k, float[] a, float[] b, float[] c) {
    int n = F.length();
    FloatVector s0 = FloatVector.zero(F);
    FloatVector s1 = FloatVector.zero(F);
    for (int l = 0; l < k; l++) {
      FloatVector row = FloatVector.fromArray(F, b, l * n);
      s0 = FloatVector.broadcast(F, a[l]).fma(row, s0);
      s1 = FloatVector.broadcast(F, a[k + l]).fma(row, s1);
    }
    s0.intoArray(c, 0);
    s1.intoArray(c, n);
  }

  @Test
  void aTileKeepsItsSumsInRegisters() {
    int n = F.length();
    float[] a = {1, 2, 3, 4};
    float[] b = new float[2 * n];
    for (int i = 0; i < n; i++) {
      b[i] = i;
      b[n + i] = 1;
    }
    float[] c = new float[2 * n];
    tile2x1(2, a, b, c);
    for (int i = 0; i < n; i++) {
      assertThat(c[i]).isEqualTo(i + 2);
      assertThat(c[n + i]).isEqualTo(3 * i + 4);
    }
  }

  /** What the document shows is what is compiled and run here, line by line. */
  @Test
  void theDocumentShowsThisCode() throws IOException {
    String document = Files.readString(Path.of("../../docs/engine.md"));
    String source =
        lines(
            Files.readString(
                Path.of("src/test/java/dev/gradkeeper/engine/tour/EngineTourTest.java")));
    List<String> snippets =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(document)
            .results()
            .map((MatchResult match) -> lines(match.group(1)))
            .toList();
    assertThat(snippets).hasSizeGreaterThanOrEqualTo(7);
    assertThat(snippets).allSatisfy(snippet -> assertThat(source).contains(snippet));
  }

  private static String lines(String code) {
    return String.join("\n", code.lines().map(String::strip).filter(l -> !l.isEmpty()).toList());
  }
}
