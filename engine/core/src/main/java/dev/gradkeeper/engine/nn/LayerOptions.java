package dev.gradkeeper.engine.nn;

import dev.gradkeeper.engine.kernel.DType;
import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.cpu.CpuDevice;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.tensor.Tensor;

/**
 * How the parameters of a layer are made.
 *
 * @param bias whether there is one
 * @param weightInit replaces the weight's default draw, which then does not happen
 * @param biasInit replaces the bias's default draw, which then does not happen
 */
public record LayerOptions(
    boolean bias, DType dtype, Device device, Initializer weightInit, Initializer biasInit) {

  /** With a bias, float32, on the CPU, PyTorch's default initialisation. */
  public static LayerOptions defaults() {
    return new LayerOptions(true, DType.FLOAT32, CpuDevice.get(), null, null);
  }

  public LayerOptions withBias(boolean present) {
    return new LayerOptions(present, dtype, device, weightInit, biasInit);
  }

  public LayerOptions withDType(DType type) {
    return new LayerOptions(bias, type, device, weightInit, biasInit);
  }

  public LayerOptions withDevice(Device place) {
    return new LayerOptions(bias, dtype, place, weightInit, biasInit);
  }

  /** Null is PyTorch's default. */
  public LayerOptions withWeightInit(Initializer init) {
    return new LayerOptions(bias, dtype, device, init, biasInit);
  }

  /** Null is PyTorch's default. */
  public LayerOptions withBiasInit(Initializer init) {
    return new LayerOptions(bias, dtype, device, weightInit, init);
  }

  Tensor weight(Generator generator, int... shape) {
    Tensor weight = Tensor.empty(device, dtype, shape);
    if (weightInit != null) {
      weightInit.apply(weight, generator);
    } else {
      Init.kaimingUniform(weight, Math.sqrt(5), generator);
    }
    return weight.requiresGrad(true);
  }

  Tensor bias(Tensor weight, Generator generator) {
    Tensor values = Tensor.empty(device, dtype, weight.size(0));
    if (biasInit != null) {
      biasInit.apply(values, generator);
    } else {
      Init.biasUniform(values, weight, generator);
    }
    return values.requiresGrad(true);
  }
}
