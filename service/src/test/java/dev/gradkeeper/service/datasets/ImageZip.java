package dev.gradkeeper.service.datasets;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.imageio.ImageIO;

/** A small archive of images. */
final class ImageZip {
  private final Map<String, byte[]> entries = new LinkedHashMap<>();

  /** Adds a file. */
  ImageZip add(String name, byte[] content) {
    entries.put(name, content);
    return this;
  }

  /** Adds an image of one colour. */
  ImageZip image(String name, int width, int height, int rgb) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, rgb);
      }
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return add(name, out.toByteArray());
  }

  byte[] bytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      for (var entry : entries.entrySet()) {
        ZipEntry written = new ZipEntry(entry.getKey());
        // Otherwise the clock: the same images would not always be the same bytes.
        written.setTime(0);
        zip.putNextEntry(written);
        zip.write(entry.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
