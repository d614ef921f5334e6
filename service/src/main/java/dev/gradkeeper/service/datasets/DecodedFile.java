package dev.gradkeeper.service.datasets;

import dev.gradkeeper.engine.io.DatasetFormatException;
import dev.gradkeeper.engine.io.ImageFolderZip;
import dev.gradkeeper.engine.io.Images;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The decoded images of a dataset in one file, mapped into memory: the header's length, the header
 * (size, classes, and each split's labels), then the pixels of each split.
 */
final class DecodedFile implements AutoCloseable {
  private static final int CHANNELS = 3;
  private static final int LENGTH_BYTES = 4;
  private static final int BUFFER = 1 << 20;

  private final Arena arena;
  private final Map<String, Images> splits;

  private DecodedFile(Arena arena, Map<String, Images> splits) {
    this.arena = arena;
    this.splits = splits;
  }

  /**
   * Decodes all images of an archive over whatever the file held; on return the file is on the
   * disk.
   */
  static void write(ImageFolderZip zip, Path file) throws IOException, DatasetFormatException {
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER);
      byte[] header = header(zip);
      new DataOutputStream(out).writeInt(header.length);
      out.write(header);
      for (String split : zip.splits()) {
        zip.decode(split, out::write);
      }
      out.flush();
      channel.force(true);
    }
  }

  private static byte[] header(ImageFolderZip zip) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(zip.height());
    out.writeInt(zip.width());
    out.writeInt(zip.classes().size());
    for (String name : zip.classes()) {
      out.writeUTF(name);
    }
    out.writeInt(zip.splits().size());
    for (String split : zip.splits()) {
      out.writeUTF(split);
      int[] labels = zip.labels(split);
      out.writeInt(labels.length);
      for (int label : labels) {
        out.writeInt(label);
      }
    }
    return bytes.toByteArray();
  }

  /**
   * @throws IOException if the file cannot be read or is shorter than its header says
   */
  static DecodedFile open(Path file) throws IOException {
    Arena arena = Arena.ofShared();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      DataInputStream in =
          new DataInputStream(new BufferedInputStream(Channels.newInputStream(channel), BUFFER));
      long offset = LENGTH_BYTES + in.readInt();
      int height = in.readInt();
      int width = in.readInt();
      List<String> classes = new ArrayList<>();
      for (int i = in.readInt(); i > 0; i--) {
        classes.add(in.readUTF());
      }
      Map<String, Images> splits = new LinkedHashMap<>();
      for (int i = in.readInt(); i > 0; i--) {
        String split = in.readUTF();
        int[] labels = new int[in.readInt()];
        for (int k = 0; k < labels.length; k++) {
          labels[k] = in.readInt();
        }
        long bytes = (long) labels.length * CHANNELS * height * width;
        if (offset + bytes > channel.size()) {
          throw new IOException("%s is cut off".formatted(file));
        }
        MemorySegment pixels = channel.map(MapMode.READ_ONLY, offset, bytes, arena);
        splits.put(split, new Images(CHANNELS, height, width, pixels, labels, classes));
        offset += bytes;
      }
      return new DecodedFile(arena, splits);
    } catch (IOException | RuntimeException e) {
      arena.close();
      throw e;
    }
  }

  /** The images by split; not to be read any more once this file is closed. */
  Map<String, Images> splits() {
    return splits;
  }

  @Override
  public void close() {
    arena.close();
  }
}
