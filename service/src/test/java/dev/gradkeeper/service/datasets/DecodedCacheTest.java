package dev.gradkeeper.service.datasets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.engine.io.ImageFolderZip;
import dev.gradkeeper.engine.io.Images;
import dev.gradkeeper.engine.io.ZipLimits;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.datasets.DecodedCache.Decoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodedCacheTest {
  private static final byte[] ZIP =
      new ImageZip()
          .image("train/cat/1.png", 2, 1, 0x010203)
          .image("train/dog/1.png", 2, 1, 0x040506)
          .image("test/dog/1.png", 2, 1, 0x070809)
          .bytes();

  @TempDir Path home;
  private Path folder;
  private Path upload;
  private final AtomicInteger decoded = new AtomicInteger();

  private final Decoder decoder =
      file -> {
        decoded.incrementAndGet();
        try (ImageFolderZip zip = ImageFolderZip.open(upload, ZipLimits.DEFAULT)) {
          DecodedFile.write(zip, file);
        }
      };

  @BeforeEach
  void upload() throws IOException {
    folder = home.resolve("cache");
    upload = Files.write(home.resolve("upload.zip"), ZIP);
  }

  private static Digest content(int number) {
    return Digest.of(new byte[] {(byte) number});
  }

  private DecodedCache cache(long limit) {
    return new DecodedCache(folder, limit);
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static String fileOf(int number) {
    return content(number) + ".rgb8";
  }

  private void open(DecodedCache cache, int number) throws Exception {
    cache.open(content(number), decoder).close();
  }

  private long fileSize() throws Exception {
    open(cache(Long.MAX_VALUE), 0);
    long size = Files.size(folder.resolve(fileOf(0)));
    Files.delete(folder.resolve(fileOf(0)));
    decoded.set(0);
    return size;
  }

  private static byte[] image(Images images, int index) {
    byte[] out = new byte[images.imageBytes()];
    images.copy(index, out);
    return out;
  }

  @Test
  void givesTheImagesOfEachSplit() throws Exception {
    try (OpenDataset open = cache(Long.MAX_VALUE).open(content(0), decoder)) {
      assertThat(open.splits()).containsExactly("train", "test");
      Images train = open.split("train");
      assertThat(train.classes()).containsExactly("cat", "dog");
      assertThat(train.labels()).containsExactly(0, 1);
      assertThat(image(train, 1)).containsExactly(4, 4, 5, 5, 6, 6);
      Images test = open.split("test");
      assertThat(test.labels()).containsExactly(1);
      assertThat(image(test, 0)).containsExactly(7, 7, 8, 8, 9, 9);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> open.split("val"))
          .withMessageContaining("split \"val\": the dataset has [train, test]");
    }
  }

  @Test
  void decodesOnceForAllWhoAskAtTheSameTimeAndLater() throws Exception {
    DecodedCache cache = cache(Long.MAX_VALUE);
    List<Future<OpenDataset>> opening = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        opening.add(threads.submit(() -> cache.open(content(0), decoder)));
      }
    }
    Images shared = opening.getFirst().get().split("train");
    for (Future<OpenDataset> open : opening) {
      assertThat(open.get().split("train")).isSameAs(shared);
    }
    opening.getFirst().get().close();
    opening.getFirst().get().close();
    assertThat(image(shared, 0)).as("others have it open").containsExactly(1, 1, 2, 2, 3, 3);
    for (Future<OpenDataset> open : opening) {
      open.get().close();
    }
    assertThatIllegalStateException().isThrownBy(() -> image(shared, 0));

    open(cache, 0);
    open(cache(Long.MAX_VALUE), 0);
    assertThat(decoded).hasValue(1);
  }

  @Test
  void beyondItsLimitTheLongestUnopenedGoes() throws Exception {
    long size = fileSize();
    DecodedCache cache = cache(2 * size);
    open(cache, 1);
    open(cache, 2);
    open(cache, 1);
    open(cache, 3);
    assertThat(files()).containsExactlyInAnyOrder(fileOf(1), fileOf(3));
  }

  @Test
  void theOrderOutlivesARestart() throws Exception {
    long size = fileSize();
    open(cache(Long.MAX_VALUE), 1);
    open(cache(Long.MAX_VALUE), 2);
    Files.setLastModifiedTime(folder.resolve(fileOf(2)), FileTime.fromMillis(1000));
    open(cache(2 * size), 3);
    assertThat(files()).containsExactlyInAnyOrder(fileOf(1), fileOf(3));
  }

  @Test
  void whatIsOpenStaysBeyondTheLimitUntilItIsClosed() throws Exception {
    DecodedCache cache = cache(0);
    OpenDataset first = cache.open(content(1), decoder);
    open(cache, 2);
    assertThat(files()).containsExactly(fileOf(1));
    assertThat(image(first.split("train"), 0)).containsExactly(1, 1, 2, 2, 3, 3);
    first.close();
    assertThat(files()).isEmpty();
  }

  @Test
  void aFailedDecodingLeavesNothingAndTheNextOneTriesAgain() throws Exception {
    DecodedCache cache = cache(Long.MAX_VALUE);
    byte[] broken =
        new ImageZip().image("train/a/1.png", 1, 1, 0).add("train/a/2.png", ZIP).bytes();
    Files.write(upload, broken);
    assertThatThrownBy(() -> cache.open(content(0), decoder))
        .isInstanceOf(DatasetFormatException.class);
    assertThat(files()).isEmpty();
    Files.write(upload, ZIP);
    open(cache, 0);
    assertThat(files()).containsExactly(fileOf(0));
  }

  @Test
  void whatACrashLeftBehindGoesAndADamagedFileIsMadeAgain() throws Exception {
    open(cache(Long.MAX_VALUE), 0);
    Files.write(folder.resolve("123.part"), new byte[10]);
    byte[] whole = Files.readAllBytes(folder.resolve(fileOf(0)));
    Files.write(folder.resolve(fileOf(0)), Arrays.copyOf(whole, whole.length - 1));

    open(cache(Long.MAX_VALUE), 0);
    assertThat(files()).containsExactly(fileOf(0));
    assertThat(folder.resolve(fileOf(0))).hasBinaryContent(whole);
    assertThat(decoded).hasValue(2);
  }
}
