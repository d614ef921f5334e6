package dev.gradkeeper.engine.io;

import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.CORRUPT_ARCHIVE;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.DUPLICATE_ENTRY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.EMPTY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.LAYOUT;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.NOT_AN_IMAGE;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.SIZE_MISMATCH;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.TOO_LARGE;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.UNSAFE_ENTRY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.UNSUPPORTED_ENTRY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gradkeeper.engine.io.DatasetFormatException.Reason;
import java.awt.image.BufferedImage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may send, by mistake or on purpose: each is refused by name, before it costs. */
class HostileZipTest {
  private static final byte[] PIXEL = Zips.png(1, 1, 0);
  private static final ZipLimits SMALL = new ZipLimits(3, 1 << 20, 3 << 20, 100, 64, 64 * 64 * 3);

  @TempDir Path folder;

  private void refused(Path file, ZipLimits limits, Reason reason, String message) {
    assertThatThrownBy(
            () -> {
              try (ImageFolderZip zip = ImageFolderZip.open(file, limits)) {
                zip.decode("train");
              }
            })
        .isInstanceOfSatisfying(
            DatasetFormatException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .hasMessageContaining(message);
  }

  private void refused(Zips zips, Reason reason, String message) {
    refused(zips.write(folder), ZipLimits.DEFAULT, reason, message);
  }

  /** One entry, whose record in the central directory is changed. */
  private Path patched(String name, byte[] content, Consumer<ByteBuffer> change) throws Exception {
    Path file = new Zips().add(name, content).write(folder);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(bytes.limit() - 22 + 16);
    change.accept(bytes.slice(directory, bytes.limit() - directory).order(ByteOrder.LITTLE_ENDIAN));
    return Files.write(file, bytes.array());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../train/a/1.png",
        "train/../../1.png",
        "train/./1.png",
        "train//1.png",
        "/train/a/1.png",
        "C:/train/a/1.png",
        "train\\a\\1.png",
        "train/a/\u0000.png",
        "train/a/..",
      })
  void pathsThatLeadElsewhere(String name) {
    refused(new Zips().add("train/a/1.png", PIXEL).add(name, PIXEL), UNSAFE_ENTRY, "entry '");
  }

  @Test
  void namesThatAreNotText() throws Exception {
    Path file = patched("train/a/1.png", PIXEL, record -> record.put(46, (byte) 0xff));
    refused(file, ZipLimits.DEFAULT, UNSAFE_ENTRY, "not UTF-8");
  }

  @Test
  void symbolicLinksAndDevices() throws Exception {
    byte[] target = "/etc/passwd".getBytes(StandardCharsets.UTF_8);
    Path link =
        patched(
            "train/a/1.png",
            target,
            record -> record.putShort(4, (short) (3 << 8)).putInt(38, 0120777 << 16));
    refused(link, ZipLimits.DEFAULT, UNSAFE_ENTRY, "entry 'train/a/1.png': is a symbolic link");
    Path device =
        patched(
            "train/a/1.png",
            target,
            record -> record.putShort(4, (short) (3 << 8)).putInt(38, 0020777 << 16));
    refused(device, ZipLimits.DEFAULT, UNSAFE_ENTRY, "is a special file");
  }

  @Test
  void encryptedEntriesAndOtherCompressions() throws Exception {
    Path encrypted = patched("train/a/1.png", PIXEL, record -> record.putShort(8, (short) 9));
    refused(encrypted, ZipLimits.DEFAULT, UNSUPPORTED_ENTRY, "'train/a/1.png': is encrypted");
    Path zstd = patched("train/a/1.png", PIXEL, record -> record.putShort(10, (short) 93));
    refused(zstd, ZipLimits.DEFAULT, UNSUPPORTED_ENTRY, "compression method 93");
  }

  @Test
  void duplicateNames() throws Exception {
    Path file = new Zips().add("train/a/1.png", PIXEL).add("train/a/2.png", PIXEL).write(folder);
    byte[] bytes = Files.readAllBytes(file);
    byte[] name = "train/a/2.png".getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i + name.length <= bytes.length; i++) {
      if (Arrays.equals(bytes, i, i + name.length, name, 0, name.length)) {
        bytes[i + 8] = '1';
      }
    }
    Files.write(file, bytes);
    refused(file, ZipLimits.DEFAULT, DUPLICATE_ENTRY, "entry 'train/a/1.png': comes twice");
  }

  @Test
  void bombs() {
    byte[] zeros = new byte[1 << 20];
    refused(new Zips().add("train/a/1.png", zeros), TOO_LARGE, "more than 100 times its size");
    refused(
        new Zips().add("train/a/1.png", new byte[(1 << 20) + 1]).write(folder),
        SMALL,
        TOO_LARGE,
        "has 1048577 bytes, more than 1048576");
    byte[] noise = new byte[1 << 20];
    new Random(0).nextBytes(noise);
    ZipLimits total = new ZipLimits(9, 2 << 20, 1 << 20, 100, 64, 1000);
    refused(
        new Zips().add("train/a/1.png", noise).add("train/a/2.png", PIXEL).write(folder),
        total,
        TOO_LARGE,
        "unpacks to more than 1048576 bytes");
  }

  @Test
  void tooManyEntries() {
    Zips zips = new Zips();
    for (int i = 0; i < 4; i++) {
      zips.add("train/a/%d.png".formatted(i), PIXEL);
    }
    refused(zips.write(folder), SMALL, TOO_LARGE, "has 4 entries, more than 3");
  }

  @Test
  void moreEntriesThanTheDirectoryHas() throws Exception {
    Path file = new Zips().add("train/a/1.png", PIXEL).write(folder);
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putShort(bytes.limit() - 22 + 10, (short) 2);
    Files.write(file, bytes.array());
    refused(file, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "cut off");
  }

  @Test
  void longNames() {
    refused(new Zips().add("train/a/" + "x".repeat(248), PIXEL), TOO_LARGE, "has 256 bytes");
  }

  @Test
  void sizesThatLie() throws Exception {
    Path shorter = patched("train/a/1.png", PIXEL, record -> record.putInt(24, PIXEL.length - 1));
    refused(shorter, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "declared size");
    Path longer = patched("train/a/1.png", PIXEL, record -> record.putInt(24, PIXEL.length + 1));
    refused(longer, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "declared size");
    Path checksum = patched("train/a/1.png", PIXEL, record -> record.putInt(16, 7));
    refused(checksum, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "does not match its checksum");
    Path outside = patched("train/a/1.png", PIXEL, record -> record.putInt(42, 1 << 30));
    refused(outside, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "lies outside the zip file");
    Path elsewhere = patched("train/a/1.png", PIXEL, record -> record.putInt(42, 5));
    refused(elsewhere, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "has no header");
  }

  @Test
  void bytesAfterTheEnd() throws Exception {
    Path file = new Zips().add("train/a/1.png", PIXEL).write(folder);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    refused(file, ZipLimits.DEFAULT, CORRUPT_ARCHIVE, "bytes after its end");
  }

  @Test
  void everyTruncationAndNoiseIsRefusedByItsOwnException() throws Exception {
    Path file =
        new Zips()
            .add("train/a/1.png", Zips.png(8, 8, 0x123456))
            .add("train/b/1.jpg", Zips.encode(new BufferedImage(8, 8, 1), "jpg"))
            .write(folder);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertThat(catchThrowable(() -> ImageFolderZip.open(file, SMALL)))
          .as("first %d bytes", length)
          .isInstanceOf(DatasetFormatException.class);
    }
    Random random = new Random(1);
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      Throwable thrown =
          catchThrowable(
              () -> {
                try (ImageFolderZip zip = ImageFolderZip.open(file, SMALL)) {
                  zip.decode("train");
                }
              });
      if (thrown != null) {
        assertThat(thrown).isInstanceOf(DatasetFormatException.class);
      }
    }
  }

  @Test
  void imagesThatDeclareHugeSizes() {
    byte[] huge = PIXEL.clone();
    ByteBuffer header = ByteBuffer.wrap(huge);
    header.putInt(16, 100_000).putInt(20, 100_000);
    CRC32 crc = new CRC32();
    crc.update(huge, 12, 17);
    header.putInt(29, (int) crc.getValue());
    refused(
        new Zips().add("train/a/1.png", huge),
        TOO_LARGE,
        "image 'train/a/1.png': declares 100000x100000 pixels, more than 2048 on a side");
  }

  @Test
  void imagesThatTakeTooMuchTogether() {
    refused(
        new Zips()
            .add("train/a/1.png", Zips.png(64, 64, 0))
            .add("train/a/2.png", Zips.png(64, 64, 0))
            .write(folder),
        SMALL,
        TOO_LARGE,
        "2 images of 64x64 pixels take 24576 bytes, more than 12288");
  }

  @Test
  void imagesOfDifferentSizes() {
    refused(
        new Zips().add("train/a/1.png", PIXEL).add("train/b/2.png", Zips.png(1, 2, 0)),
        SIZE_MISMATCH,
        "image 'train/b/2.png': has 1x2 pixels where the first one has 1x1");
  }

  @Test
  void whatIsNoImage() {
    byte[] text = "a,b\n1,2\n".getBytes(StandardCharsets.UTF_8);
    refused(
        new Zips().add("train/a/1.png", PIXEL).add("train/a/labels.csv", text),
        NOT_AN_IMAGE,
        "entry 'train/a/labels.csv': is neither a JPEG nor a PNG");
    byte[] cut = Arrays.copyOf(Zips.png(8, 8, 0x123456), 45);
    refused(
        new Zips().add("train/a/1.png", cut), NOT_AN_IMAGE, "'train/a/1.png': cannot be decoded");
    byte[] deep = Zips.encode(new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY), "png");
    refused(new Zips().add("train/a/1.png", deep), NOT_AN_IMAGE, "more than 8 bits a channel");
    refused(new Zips().add("train/a/1.png", new byte[0]), NOT_AN_IMAGE, "neither a JPEG");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.png",
        "train/1.png",
        "train/a/b/1.png",
        "training/a/1.png",
        "labels.csv",
      })
  void otherLayouts(String name) {
    refused(
        new Zips().add("train/a/1.png", PIXEL).add(name, PIXEL),
        LAYOUT,
        "entry '%s': is not at split/class/image".formatted(name));
  }

  @Test
  void nothingToTrainOn() {
    refused(new Zips(), EMPTY, "no images below train/");
    refused(new Zips().add("train/", new byte[0]), EMPTY, "no images below train/");
    refused(new Zips().add("test/a/1.png", PIXEL), EMPTY, "no images below train/");
    refused(
        new Zips().add("train/a/1.png", PIXEL).add("test/b/1.png", PIXEL),
        LAYOUT,
        "class folder 'test/b'");
  }
}
