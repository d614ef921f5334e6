package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.service.blobs.Digest;
import dev.gradkeeper.service.startup.Home;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Decoded datasets in the home folder, one file for each content.
 *
 * <ul>
 *   <li>A content is decoded once, whoever asks for it at the same time, and mapped once for all
 *       who have it open.
 *   <li>Files appear by a rename when they are whole, so a crash leaves none that is not.
 *   <li>Beyond the limit those go that were not opened for the longest time and are not open now.
 * </ul>
 */
@Component
class DecodedCache {
  /** Makes the file of a content that is not in the cache. */
  @FunctionalInterface
  interface Decoder {
    void decode(Path file) throws IOException, DatasetFormatException;
  }

  private static final Logger log = LoggerFactory.getLogger(DecodedCache.class);

  /** Says how the images were decoded: another way of decoding takes another one. */
  private static final String SUFFIX = ".rgb8";

  private static final String PART = ".part";

  private static final class Entry {
    final Path file;
    long bytes;
    int users;
    @Nullable DecodedFile open;

    Entry(Path file) {
      this.file = file;
    }
  }

  private final Path folder;
  private final long limit;

  /** By file name, the one opened last at the end. Its monitor guards users, bytes and closing. */
  private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

  @Autowired
  DecodedCache(Home home, DatasetProperties properties) {
    this(home.resolve("cache/datasets"), properties.cache().toBytes());
  }

  DecodedCache(Path folder, long limit) {
    this.folder = folder;
    this.limit = limit;
    try {
      Files.createDirectories(folder);
      for (Path file : filesByAge()) {
        if (file.toString().endsWith(PART)) {
          Files.delete(file);
        } else if (file.toString().endsWith(SUFFIX)) {
          Entry entry = new Entry(file);
          entry.bytes = Files.size(file);
          entries.put(file.getFileName().toString(), entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read or write " + folder, e);
    }
  }

  private List<Path> filesByAge() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted(Comparator.comparingLong(file -> file.toFile().lastModified())).toList();
    }
  }

  /**
   * The images of a content.
   *
   * @throws DatasetFormatException if the decoder throws it
   * @throws IOException if the decoder throws it, or the folder cannot be written
   */
  OpenDataset open(Digest content, Decoder decoder) throws IOException, DatasetFormatException {
    Entry entry;
    synchronized (entries) {
      String name = content + SUFFIX;
      entry = entries.computeIfAbsent(name, _ -> new Entry(folder.resolve(name)));
      entry.users++;
    }
    try {
      // Only who holds it open gets here, so it is not closed meanwhile.
      synchronized (entry) {
        if (entry.open == null) {
          entry.open = openFile(entry.file, decoder);
        }
      }
      synchronized (entries) {
        entry.bytes = Files.size(entry.file);
        trim();
      }
      return new OpenDataset(entry.open.splits(), () -> release(entry));
    } catch (Throwable e) {
      release(entry);
      throw e;
    }
  }

  private static DecodedFile openFile(Path file, Decoder decoder)
      throws IOException, DatasetFormatException {
    if (Files.exists(file)) {
      try {
        DecodedFile open = DecodedFile.open(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        return open;
      } catch (IOException e) {
        log.warn("{} cannot be used and is made again: {}", file, e.toString());
      }
    }
    Path part = Files.createTempFile(file.getParent(), "", PART);
    try {
      decoder.decode(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    return DecodedFile.open(file);
  }

  private void release(Entry entry) {
    synchronized (entries) {
      if (--entry.users > 0) {
        return;
      }
      if (entry.open != null) {
        entry.open.close();
        entry.open = null;
      }
      if (!Files.exists(entry.file)) {
        entries.values().remove(entry);
      }
      trim();
    }
  }

  private void trim() {
    long total = entries.values().stream().mapToLong(entry -> entry.bytes).sum();
    for (Iterator<Entry> oldest = entries.values().iterator();
        total > limit && oldest.hasNext(); ) {
      Entry entry = oldest.next();
      if (entry.users == 0) {
        try {
          Files.deleteIfExists(entry.file);
          total -= entry.bytes;
          oldest.remove();
        } catch (IOException e) {
          log.warn("{} cannot be removed: {}", entry.file, e.toString());
        }
      }
    }
  }
}
