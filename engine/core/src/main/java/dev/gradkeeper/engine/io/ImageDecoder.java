package dev.gradkeeper.engine.io;

import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.NOT_AN_IMAGE;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.SIZE_MISMATCH;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.TOO_LARGE;

import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * JPEG and PNG files as RGB bytes, channels first. Grey becomes three equal channels, transparency
 * is dropped, and colour profiles are ignored, as {@code PIL.Image.convert("RGB")} does. Not
 * thread-safe.
 */
final class ImageDecoder implements AutoCloseable {
  /** Width and height as the file's header declares them. */
  record Size(int width, int height) {
    @Override
    public String toString() {
      return width + "x" + height;
    }
  }

  static final int CHANNELS = 3;

  private final ZipLimits limits;
  private final ImageReader jpeg = reader("jpeg");
  private final ImageReader png = reader("png");

  ImageDecoder(ZipLimits limits) {
    this.limits = limits;
  }

  private static ImageReader reader(String format) {
    return ImageIO.getImageReadersByFormatName(format).next();
  }

  /** Reads the header alone. */
  Size size(String name, byte[] file) throws DatasetFormatException {
    ImageReader reader = open(name, file);
    try {
      return size(name, reader);
    } catch (IOException | RuntimeException e) {
      throw undecodable(name, e);
    } finally {
      reader.reset();
    }
  }

  /** Decodes into {@code out}: 3·width·height bytes, all of red first. */
  void decode(String name, byte[] file, Size expected, byte[] out) throws DatasetFormatException {
    ImageReader reader = open(name, file);
    try {
      Size size = size(name, reader);
      if (!size.equals(expected)) {
        throw new DatasetFormatException(
            SIZE_MISMATCH,
            "image '%s': has %s pixels where the first one has %s; make all of one size"
                .formatted(name, size, expected));
      }
      copy(name, reader.read(0), out);
    } catch (IOException | RuntimeException e) {
      throw undecodable(name, e);
    } finally {
      reader.reset();
    }
  }

  private Size size(String name, ImageReader reader) throws IOException, DatasetFormatException {
    Size size = new Size(reader.getWidth(0), reader.getHeight(0));
    if (size.width > limits.maxSide() || size.height > limits.maxSide()) {
      throw new DatasetFormatException(
          TOO_LARGE,
          "image '%s': declares %s pixels, more than %d on a side; make the images smaller"
              .formatted(name, size, limits.maxSide()));
    }
    return size;
  }

  private ImageReader open(String name, byte[] file) throws DatasetFormatException {
    ImageReader reader;
    if (startsWith(file, 0xff, 0xd8, 0xff)) {
      reader = jpeg;
    } else if (startsWith(file, 0x89, 'P', 'N', 'G')) {
      reader = png;
    } else {
      throw new DatasetFormatException(
          NOT_AN_IMAGE,
          "entry '%s': is neither a JPEG nor a PNG image; take it out of the zip file"
              .formatted(name));
    }
    reader.setInput(new MemoryCacheImageInputStream(new ByteArrayInputStream(file)), true, true);
    return reader;
  }

  private static boolean startsWith(byte[] file, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= file.length || (file[i] & 0xff) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /** Samples as they are stored: Java's own conversion of grey would apply a gamma. */
  private static void copy(String name, BufferedImage image, byte[] out)
      throws DatasetFormatException {
    Raster raster = image.getRaster();
    int width = image.getWidth();
    int height = image.getHeight();
    int plane = width * height;
    if (image.getColorModel() instanceof IndexColorModel palette) {
      int[] indices = raster.getSamples(0, 0, width, height, 0, (int[]) null);
      for (int i = 0; i < plane; i++) {
        out[i] = (byte) palette.getRed(indices[i]);
        out[plane + i] = (byte) palette.getGreen(indices[i]);
        out[2 * plane + i] = (byte) palette.getBlue(indices[i]);
      }
      return;
    }
    if (raster.getTransferType() != DataBuffer.TYPE_BYTE) {
      throw new DatasetFormatException(
          NOT_AN_IMAGE,
          "image '%s': has more than 8 bits a channel; save it with 8".formatted(name));
    }
    boolean colour = raster.getNumBands() >= CHANNELS;
    int[] samples = new int[plane];
    for (int c = 0; c < CHANNELS; c++) {
      raster.getSamples(0, 0, width, height, colour ? c : 0, samples);
      for (int i = 0; i < plane; i++) {
        out[c * plane + i] = (byte) samples[i];
      }
    }
  }

  private static DatasetFormatException undecodable(String name, Exception cause) {
    return new DatasetFormatException(
        NOT_AN_IMAGE,
        "image '%s': cannot be decoded; save it again as RGB JPEG or PNG".formatted(name),
        cause);
  }

  @Override
  public void close() {
    jpeg.dispose();
    png.dispose();
  }
}
