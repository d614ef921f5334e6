package dev.gradkeeper.benchmarks.sgemm;

import dev.gradkeeper.benchmarks.Candidate;
import dev.gradkeeper.benchmarks.Lap;
import dev.gradkeeper.benchmarks.Stopwatch;
import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.View;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;

/** The engine's product of two square matrices: a step is one. */
public final class EngineSgemm implements Candidate {
  private final Device device = CpuDevice.get();
  private final View a;
  private final View b;
  private final View c;

  public EngineSgemm(int size) {
    a = matrix(size);
    b = matrix(size);
    c = matrix(size);
    device.write(Operands.a(size), 0, a.storage(), 0, size * size);
    device.write(Operands.b(size), 0, b.storage(), 0, size * size);
  }

  private View matrix(int size) {
    return View.contiguous(device.allocate(DType.FLOAT32, size * size), 0, size, size);
  }

  @Override
  public Lap run(int steps) {
    Stopwatch watch = new Stopwatch();
    for (int i = 0; i < steps; i++) {
      device.kernels().gemm(a, b, c, false);
    }
    float[] first = new float[1];
    device.read(c.storage(), 0, first, 0, 1);
    return watch.lap(steps, first[0]);
  }
}
