package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.kernel.Device;
import dev.gradkeeper.engine.kernel.Window;
import dev.gradkeeper.engine.nn.AvgPool2d;
import dev.gradkeeper.engine.nn.Conv2d;
import dev.gradkeeper.engine.nn.Dropout;
import dev.gradkeeper.engine.nn.Flatten;
import dev.gradkeeper.engine.nn.Init;
import dev.gradkeeper.engine.nn.Initializer;
import dev.gradkeeper.engine.nn.LayerOptions;
import dev.gradkeeper.engine.nn.Linear;
import dev.gradkeeper.engine.nn.MaxPool2d;
import dev.gradkeeper.engine.nn.Module;
import dev.gradkeeper.engine.nn.ReLU;
import dev.gradkeeper.engine.nn.Sequential;
import dev.gradkeeper.engine.nn.Sigmoid;
import dev.gradkeeper.engine.nn.Tanh;
import dev.gradkeeper.engine.random.Generator;
import dev.gradkeeper.engine.train.spec.InitSpec;
import dev.gradkeeper.engine.train.spec.LayerSpec;
import java.util.List;

/** Makes the model of a spec; parameters draw from the generator in the order of the layers. */
final class ModelBuilder {
  private static final int[] UNIT = {1, 1};

  private final Device device;
  private final Generator generator;

  ModelBuilder(Device device, Generator generator) {
    this.device = device;
    this.generator = generator;
  }

  Sequential build(List<LayerSpec> layers) {
    return new Sequential(layers.stream().map(this::module).toList());
  }

  private Module module(LayerSpec spec) {
    return switch (spec) {
      case LayerSpec.Linear l ->
          new Linear(
              l.inFeatures(),
              l.outFeatures(),
              options(l.bias(), l.weightInit(), l.biasInit()),
              generator);
      case LayerSpec.Conv2d c ->
          new Conv2d(
              c.inChannels(),
              c.outChannels(),
              window(c.kernelSize(), c.stride(), c.padding(), c.dilation()),
              c.groups(),
              options(c.bias(), c.weightInit(), c.biasInit()),
              generator);
      case LayerSpec.MaxPool2d p ->
          new MaxPool2d(window(p.kernelSize(), p.stride(), p.padding(), p.dilation()));
      case LayerSpec.AvgPool2d p ->
          new AvgPool2d(window(p.kernelSize(), p.stride(), p.padding(), UNIT));
      case LayerSpec.Relu _ -> new ReLU();
      case LayerSpec.Tanh _ -> new Tanh();
      case LayerSpec.Sigmoid _ -> new Sigmoid();
      case LayerSpec.Dropout(double p) -> new Dropout(p, generator);
      case LayerSpec.Flatten(int start, int end) -> new Flatten(start, end);
    };
  }

  private LayerOptions options(boolean bias, InitSpec weightInit, InitSpec biasInit) {
    return LayerOptions.defaults()
        .withDevice(device)
        .withBias(bias)
        .withWeightInit(initializer(weightInit))
        .withBiasInit(initializer(biasInit));
  }

  private static Initializer initializer(InitSpec init) {
    return switch (init) {
      case null -> null;
      case InitSpec.Normal(double mean, double std) -> (p, g) -> Init.normal(p, mean, std, g);
      case InitSpec.Uniform(double low, double high) -> (p, g) -> Init.uniform(p, low, high, g);
      case InitSpec.Constant(double value) -> (p, _) -> Init.constant(p, value);
    };
  }

  private static Window window(int[] kernel, int[] stride, int[] padding, int[] dilation) {
    return new Window(
        kernel[0],
        kernel[1],
        stride[0],
        stride[1],
        padding[0],
        padding[1],
        dilation[0],
        dilation[1]);
  }
}
