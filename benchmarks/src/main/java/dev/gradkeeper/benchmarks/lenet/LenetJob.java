package dev.gradkeeper.benchmarks.lenet;

import dev.gradkeeper.engine.data.ImageDataset;
import dev.gradkeeper.engine.data.Sampler;
import dev.gradkeeper.engine.data.Transform.Normalize;
import dev.gradkeeper.engine.data.Transform.ToTensor;
import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.engine.io.ImageFolderZip;
import dev.gradkeeper.engine.io.ZipLimits;
import dev.gradkeeper.engine.random.Generator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * The CIFAR-10 tutorial's job.
 *
 * @param dataset an image folder as a zip file
 */
public record LenetJob(Path dataset, int batchSize) {
  public static final long SEED = 0;
  public static final double LR = 0.001;
  public static final double MOMENTUM = 0.9;

  /** In the training split of the sample, which is the smallest dataset. */
  public static final int FEWEST_SAMPLES = 5_000;

  /** Numbers that initialisation draws before the loader does: one for each weight and bias. */
  private static final int PARAMETERS = 62_006;

  private static final int EPOCHS = 2;

  /**
   * Floating-point operations of a step's convolutions and products; none for the images' gradient.
   */
  public static double flops(int batchSize) {
    double first = 28 * 28 * 6 * 75;
    double second = 10 * 10 * 16 * 150;
    return 2.0 * batchSize * (2 * first + 3 * second + 3 * (400 * 120 + 120 * 84 + 84 * 10));
  }

  /** The training split as the network takes it. */
  ImageDataset images() {
    float[] half = {0.5f, 0.5f, 0.5f};
    try (ImageFolderZip zip = ImageFolderZip.open(dataset, ZipLimits.DEFAULT)) {
      return new ImageDataset(
          zip.decode("train"), List.of(new ToTensor(), new Normalize(half, half)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (DatasetFormatException e) {
      throw new IllegalArgumentException(dataset + ": " + e.getMessage(), e);
    }
  }

  /** The samples in the order in which PyTorch's loader gives them in the first epochs. */
  static long[] order(int size) {
    Generator generator = new Generator(SEED);
    for (int i = 0; i < PARAMETERS; i++) {
      generator.nextInt();
    }
    Sampler sampler = new Sampler.Random();
    int[] indices = new int[size];
    long[] order = new long[EPOCHS * size];
    for (int epoch = 0; epoch < EPOCHS; epoch++) {
      // The loader draws a seed for its worker processes, whether it has any or not.
      generator.random();
      sampler.order(sampler.draw(generator), indices);
      for (int i = 0; i < size; i++) {
        order[epoch * size + i] = indices[i];
      }
    }
    return order;
  }
}
