package dev.gradkeeper.engine.train;

import dev.gradkeeper.engine.io.Images;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.imageio.ImageIO;

/**
 * CIFAR-10's 50,000 training images, of which only those are there that the golden runs see: the
 * first 200 batches of seed 0. All others are black.
 */
final class GoldenImages {
  private static final int SAMPLES = 50_000;
  private static final int SAMPLES_PER_CLASS = 5_000;
  private static final int SIDE = 32;
  private static final int PLANE = SIDE * SIDE;

  private GoldenImages() {}

  static Images load() {
    byte[] pixels = new byte[SAMPLES * 3 * PLANE];
    try (InputStream in =
            GoldenImages.class.getResourceAsStream("/golden/lenet-cifar10-images.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        int index = Integer.parseInt(entry.getName().replace(".jpg", ""));
        copy(ImageIO.read(zip), pixels, index * 3 * PLANE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    int[] labels = IntStream.range(0, SAMPLES).map(i -> i / SAMPLES_PER_CLASS).toArray();
    List<String> classes = IntStream.range(0, 10).mapToObj(i -> "class " + i).toList();
    return new Images(3, SIDE, SIDE, pixels, labels, classes);
  }

  private static void copy(BufferedImage image, byte[] pixels, int offset) {
    for (int i = 0; i < PLANE; i++) {
      int rgb = image.getRGB(i % SIDE, i / SIDE);
      for (int c = 0; c < 3; c++) {
        pixels[offset + c * PLANE + i] = (byte) (rgb >> (16 - 8 * c));
      }
    }
  }
}
