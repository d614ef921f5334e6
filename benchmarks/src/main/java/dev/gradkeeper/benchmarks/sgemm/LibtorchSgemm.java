package dev.gradkeeper.benchmarks.sgemm;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The BLAS of a libtorch: a step is one product, into a given matrix. */
public final class LibtorchSgemm implements Candidate {
  private final Tensor a;
  private final Tensor b;
  private final Tensor c;

  public LibtorchSgemm(int size) {
    torch.set_num_threads(1);
    a = Tensor.create(Operands.a(size), size, size);
    b = Tensor.create(Operands.b(size), size, size);
    c = torch.mm(a, b);
  }

  @Override
  public Lap run(int steps) {
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < steps; i++) {
      torch.mm_out(c, a, b);
    }
    return watch.lap(steps, c.data_ptr_float().get(0));
  }
}
