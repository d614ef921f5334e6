package dev.gradkeeper.engine.io;

import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.EMPTY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.LAYOUT;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.TOO_LARGE;

import dev.gradkeeper.engine.io.ImageDecoder.Size;
import dev.gradkeeper.engine.io.ZipDirectory.Entry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A zip file of labelled images: {@code split/class/image}, as {@code
 * torchvision.datasets.ImageFolder} over each split's folder.
 *
 * <ul>
 *   <li>Splits are the top folders {@code train} (required), {@code val} and {@code test}. If all
 *       files lie in one other top folder, the splits are looked for in that one.
 *   <li>Class folders in alphabetical order (by UTF-16 code unit) are labels 0, 1, …; {@code train}
 *       has all classes, the others may lack some. Files are in the same order within a class.
 *   <li>Images are JPEG or PNG, all of one size, and become RGB.
 *   <li>What file managers leave behind is skipped: {@code __MACOSX/} and names with a leading dot,
 *       {@code Thumbs.db}, {@code desktop.ini}.
 * </ul>
 *
 * The same file gives the same bytes whatever wrote the archive. Safe to open on untrusted input.
 */
public final class ImageFolderZip implements Closeable {
  /** The names a split may have, in this order. */
  public static final List<String> SPLITS = List.of("train", "val", "test");

  private static final Set<String> LEFT_BEHIND = Set.of("__MACOSX", "Thumbs.db", "desktop.ini");

  /** Takes the images of a split one by one: 3·height·width bytes, valid during the call. */
  @FunctionalInterface
  public interface Sink {
    void accept(byte[] pixels) throws IOException;
  }

  private final ZipArchive archive;
  private final ZipLimits limits;
  private final SortedMap<String, SortedMap<String, List<Entry>>> splits;
  private final Size size;

  private ImageFolderZip(ZipArchive archive, ZipLimits limits)
      throws IOException, DatasetFormatException {
    this.archive = archive;
    this.limits = limits;
    this.splits = layout(archive.entries());
    Entry first = splits.get("train").firstEntry().getValue().getFirst();
    try (ImageDecoder decoder = new ImageDecoder(limits)) {
      this.size = decoder.size(first.name(), archive.read(first));
    }
    long images = splits().stream().mapToLong(this::size).sum();
    if (images * imageBytes() > limits.maxPixelBytes()) {
      throw new DatasetFormatException(
          TOO_LARGE,
          "%d images of %s pixels take %d bytes, more than %d; make the images smaller"
              .formatted(images, size, images * imageBytes(), limits.maxPixelBytes()));
    }
  }

  /**
   * Checks the archive's directory, the folders and the first image; the others are checked when
   * they are decoded.
   *
   * @throws DatasetFormatException if the archive is broken, unsafe, over a limit or not laid out
   *     as described above
   * @throws IOException if the file cannot be read
   */
  public static ImageFolderZip open(Path file, ZipLimits limits)
      throws IOException, DatasetFormatException {
    ZipArchive archive = ZipArchive.open(file, limits);
    try {
      return new ImageFolderZip(archive, limits);
    } catch (Throwable e) {
      archive.close();
      throw e;
    }
  }

  /** The splits there are, {@code train} first. */
  public List<String> splits() {
    return SPLITS.stream().filter(splits::containsKey).toList();
  }

  /** Class names in the order of their labels. */
  public List<String> classes() {
    return List.copyOf(splits.get("train").keySet());
  }

  /** Number of images of a split. */
  public int size(String split) {
    return splits.get(split).values().stream().mapToInt(List::size).sum();
  }

  /** Of every image, in pixels. */
  public int height() {
    return size.height();
  }

  /** Of every image, in pixels. */
  public int width() {
    return size.width();
  }

  /** Bytes of one decoded image. */
  public int imageBytes() {
    return ImageDecoder.CHANNELS * size.height() * size.width();
  }

  /** The label of each image of a split. */
  public int[] labels(String split) {
    List<String> classes = classes();
    int[] labels = new int[size(split)];
    int i = 0;
    for (var images : splits.get(split).entrySet()) {
      int label = classes.indexOf(images.getKey());
      for (int k = 0; k < images.getValue().size(); k++) {
        labels[i++] = label;
      }
    }
    return labels;
  }

  /**
   * Decodes the images of a split in order.
   *
   * @throws DatasetFormatException if an image is broken, of another size or over a limit
   * @throws IOException if the file cannot be read or the sink throws it
   */
  public void decode(String split, Sink sink) throws IOException, DatasetFormatException {
    byte[] pixels = new byte[imageBytes()];
    try (ImageDecoder decoder = new ImageDecoder(limits)) {
      for (List<Entry> images : splits.get(split).values()) {
        for (Entry image : images) {
          decoder.decode(image.name(), archive.read(image), size, pixels);
          sink.accept(pixels);
        }
      }
    }
  }

  /**
   * Decodes a split onto the heap.
   *
   * @throws DatasetFormatException as {@link #decode(String, Sink)}, or if it takes 2 GiB or more
   */
  public Images decode(String split) throws IOException, DatasetFormatException {
    long bytes = (long) size(split) * imageBytes();
    if (bytes > Integer.MAX_VALUE - 8) {
      throw new DatasetFormatException(
          TOO_LARGE, "split %s: takes %d bytes, more than an array".formatted(split, bytes));
    }
    byte[] all = new byte[(int) bytes];
    int[] written = {0};
    decode(
        split,
        pixels -> {
          System.arraycopy(pixels, 0, all, written[0], pixels.length);
          written[0] += pixels.length;
        });
    return new Images(
        ImageDecoder.CHANNELS, size.height(), size.width(), all, labels(split), classes());
  }

  private static SortedMap<String, SortedMap<String, List<Entry>>> layout(List<Entry> entries)
      throws DatasetFormatException {
    List<Entry> files = entries.stream().filter(e -> !isLeftBehind(e.name())).toList();
    int prefix = wrappingFolder(files);
    SortedMap<String, SortedMap<String, List<Entry>>> splits = new TreeMap<>();
    for (Entry file : files) {
      String[] path = file.name().substring(prefix).split("/");
      if (path.length != 3 || !SPLITS.contains(path[0])) {
        throw new DatasetFormatException(
            LAYOUT,
            "entry '%s': is not at split/class/image, the split being train, val or test"
                .formatted(file.name()));
      }
      splits
          .computeIfAbsent(path[0], _ -> new TreeMap<>())
          .computeIfAbsent(path[1], _ -> new ArrayList<>())
          .add(file);
    }
    SortedMap<String, List<Entry>> train = splits.get("train");
    if (train == null) {
      throw new DatasetFormatException(
          EMPTY, "the zip file has no images below train/; put them at train/CLASS/");
    }
    for (var split : splits.entrySet()) {
      Set<String> unknown = new HashSet<>(split.getValue().keySet());
      unknown.removeAll(train.keySet());
      if (!unknown.isEmpty()) {
        throw new DatasetFormatException(
            LAYOUT,
            "class folder '%s/%s': there are no images of it below train/"
                .formatted(split.getKey(), unknown.stream().min(String::compareTo).orElseThrow()));
      }
      split.getValue().values().forEach(images -> images.sort(Comparator.comparing(Entry::name)));
    }
    return splits;
  }

  private static boolean isLeftBehind(String name) {
    for (String part : name.split("/")) {
      if (part.startsWith(".") || LEFT_BEHIND.contains(part)) {
        return true;
      }
    }
    return false;
  }

  /** Length of the one top folder and its slash that all files are in, unless it is a split. */
  private static int wrappingFolder(List<Entry> files) {
    if (files.isEmpty()) {
      return 0;
    }
    String name = files.getFirst().name();
    String top = name.substring(0, name.indexOf('/') + 1);
    boolean wraps =
        !top.isEmpty()
            && !SPLITS.contains(top.substring(0, top.length() - 1))
            && files.stream().allMatch(file -> file.name().startsWith(top));
    return wraps ? top.length() : 0;
  }

  @Override
  public void close() throws IOException {
    archive.close();
  }
}
