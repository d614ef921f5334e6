package dev.gradkeeper.endtoend;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/**
 * All of CIFAR-10's 50,000 training images as an image folder, of which only those 800 are real
 * that the first 200 batches of seed 0 hold; the others are black.
 */
final class GoldenImageFolder {
  private static final String REAL =
      "engine/core/src/test/resources/golden/lenet-cifar10-images.zip";
  private static final int SAMPLES = 50_000;
  private static final int SAMPLES_PER_CLASS = 5_000;
  private static final int SIDE = 32;

  private GoldenImageFolder() {}

  static void write(Path file) throws IOException {
    byte[] black = blackImage();
    try (var real = new ZipFile(Repository.path(REAL).toFile());
        OutputStream out = Files.newOutputStream(file);
        var zip = new ZipOutputStream(out)) {
      zip.setLevel(Deflater.NO_COMPRESSION);
      for (int i = 0; i < SAMPLES; i++) {
        ZipEntry entry = real.getEntry("%05d.jpg".formatted(i));
        String name = "train/class%d/%05d".formatted(i / SAMPLES_PER_CLASS, i);
        zip.putNextEntry(new ZipEntry(name + (entry == null ? ".png" : ".jpg")));
        zip.write(entry == null ? black : real.getInputStream(entry).readAllBytes());
        zip.closeEntry();
      }
      // The recipe ends with an evaluation.
      zip.putNextEntry(new ZipEntry("test/class0/0.png"));
      zip.write(black);
      zip.closeEntry();
    }
  }

  private static byte[] blackImage() throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB), "png", bytes);
    return bytes.toByteArray();
  }
}
