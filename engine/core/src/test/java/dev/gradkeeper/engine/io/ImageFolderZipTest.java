package dev.gradkeeper.engine.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderZipTest {
  @TempDir Path folder;

  private static byte[] image(Images images, int index) {
    byte[] out = new byte[images.imageBytes()];
    images.copy(index, out);
    return out;
  }

  @Test
  void splitsClassesAndFilesAreInOrder() throws Exception {
    Path file =
        new Zips()
            .add("test/dog/a.png", Zips.png(1, 1, 0x0a0a0a))
            .add("train/dog/b.png", Zips.png(1, 1, 0x030303))
            .add("train/dog/", new byte[0])
            .add("train/dog/a.png", Zips.png(1, 1, 0x020202))
            .add("train/cat/10.png", Zips.png(1, 1, 0x000000))
            .add("train/cat/9.png", Zips.png(1, 1, 0x010101))
            .write(folder);
    try (ImageFolderZip zip = ImageFolderZip.open(file, ZipLimits.DEFAULT)) {
      assertThat(zip.splits()).containsExactly("train", "test");
      assertThat(zip.classes()).containsExactly("cat", "dog");

      Images train = zip.decode("train");
      assertThat(train.labels()).containsExactly(0, 0, 1, 1);
      assertThat(train.pixels().toArray(ValueLayout.JAVA_BYTE))
          .containsExactly(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);

      Images test = zip.decode("test");
      assertThat(test.classes()).containsExactly("cat", "dog");
      assertThat(test.labels()).containsExactly(1);
      assertThat(image(test, 0)).containsExactly(10, 10, 10);
    }
  }

  @Test
  void pixelsAreRgbChannelsFirst() throws Exception {
    BufferedImage picture = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < 2; y++) {
      for (int x = 0; x < 3; x++) {
        picture.setRGB(x, y, (10 * y + x) << 16 | (50 + 10 * y + x) << 8 | (100 + 10 * y + x));
      }
    }
    Path file = new Zips().add("train/a/1.png", Zips.encode(picture, "png")).write(folder);
    try (ImageFolderZip zip = ImageFolderZip.open(file, ZipLimits.DEFAULT)) {
      Images train = zip.decode("train");
      assertThat(train)
          .extracting(Images::channels, Images::height, Images::width)
          .containsExactly(3, 2, 3);
      assertThat(image(train, 0))
          .containsExactly(
              0, 1, 2, 10, 11, 12, 50, 51, 52, 60, 61, 62, 100, 101, 102, 110, 111, 112);
    }
  }

  @Test
  void greyPaletteAndTransparentImagesBecomeRgb() throws Exception {
    BufferedImage grey = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
    grey.getRaster().setSample(0, 0, 0, 100);
    BufferedImage palette = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
    palette.setRGB(0, 0, 0xff3300);
    BufferedImage transparent = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    transparent.setRGB(0, 0, 0x7f010203);
    Path file =
        new Zips()
            .add("train/a/1.png", Zips.encode(grey, "png"))
            .add("train/a/2.jpg", Zips.encode(grey, "jpg"))
            .add("train/a/3.png", Zips.encode(palette, "png"))
            .add("train/a/4.png", Zips.encode(transparent, "png"))
            .write(folder);
    try (ImageFolderZip zip = ImageFolderZip.open(file, ZipLimits.DEFAULT)) {
      Images train = zip.decode("train");
      assertThat(image(train, 0)).containsExactly(100, 100, 100);
      assertThat(image(train, 1)).containsExactly(100, 100, 100);
      assertThat(image(train, 2)).containsExactly(0xff, 0x33, 0x00);
      assertThat(image(train, 3)).containsExactly(1, 2, 3);
    }
  }

  @Test
  void aSingleFolderAroundTheSplitsAndWhatFileManagersLeaveAreSkipped() throws Exception {
    Path file =
        new Zips()
            .add("pets/train/cat/1.png", Zips.png(1, 1, 0))
            .add("pets/.DS_Store", new byte[] {1})
            .add("pets/train/cat/._1.png", new byte[] {1})
            .add("__MACOSX/pets/train/cat/1.png", new byte[] {1})
            .add("pets/train/cat/Thumbs.db", new byte[] {1})
            .write(folder);
    try (ImageFolderZip zip = ImageFolderZip.open(file, ZipLimits.DEFAULT)) {
      assertThat(zip.splits()).containsExactly("train");
      assertThat(zip.size("train")).isEqualTo(1);
    }
  }

  @Test
  void cifarSampleDecodesToLibjpegsBytes() throws Exception {
    Path sample = Path.of("../../examples/data/cifar10-sample.zip");
    assumeTrue(Files.exists(sample), "the sample of CIFAR-10 is not beside the engine");
    try (ImageFolderZip zip = ImageFolderZip.open(sample, ZipLimits.DEFAULT)) {
      assertThat(zip.classes())
          .containsExactly(
              "airplane",
              "automobile",
              "bird",
              "cat",
              "deer",
              "dog",
              "frog",
              "horse",
              "ship",
              "truck");
      Images train = zip.decode("train");
      assertThat(train.size()).isEqualTo(5000);
      assertThat(train.labels()[4999]).isEqualTo(9);
      assertThat(train)
          .extracting(Images::channels, Images::height, Images::width)
          .containsExactly(3, 32, 32);
      // The same digest over the bytes that Pillow 9.4 with libjpeg-turbo decodes.
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(train.pixels().toArray(ValueLayout.JAVA_BYTE));
      assertThat(HexFormat.of().formatHex(digest))
          .isEqualTo("c3b736ce525c2b98ed00600232c506dc998a0924c0e0cc358f498e9e01891275");
    }
  }
}
