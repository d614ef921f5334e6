package dev.gradkeeper.engine.io;

import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.CORRUPT_ARCHIVE;

import dev.gradkeeper.engine.io.ZipDirectory.Entry;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** The files of a zip file on disk, each read whole and within limits. Safe for several threads. */
final class ZipArchive implements Closeable {
  private static final int HEADER_BYTES = 30;

  private final FileChannel channel;
  private final List<Entry> entries;

  private ZipArchive(FileChannel channel, List<Entry> entries) {
    this.channel = channel;
    this.entries = entries;
  }

  static ZipArchive open(Path file, ZipLimits limits) throws IOException, DatasetFormatException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new ZipArchive(channel, ZipDirectory.read(channel, limits));
    } catch (Throwable e) {
      channel.close();
      throw e;
    }
  }

  /** All files, folders left out, in the order of the archive's directory. */
  List<Entry> entries() {
    return entries;
  }

  /** The uncompressed bytes, their length and checksum verified. */
  byte[] read(Entry entry) throws IOException, DatasetFormatException {
    byte[] data = new byte[entry.compressedSize()];
    try {
      ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
      ZipDirectory.readFully(channel, header, entry.headerOffset());
      if (header.getInt(0) != 0x04034b50) {
        throw corrupt(entry, "has no header", null);
      }
      int skipped = (header.getShort(26) & 0xffff) + (header.getShort(28) & 0xffff);
      long start = entry.headerOffset() + HEADER_BYTES + skipped;
      ZipDirectory.readFully(channel, ByteBuffer.wrap(data), start);
    } catch (EOFException e) {
      throw corrupt(entry, "is cut off", e);
    }
    byte[] content = entry.method() == ZipDirectory.STORED ? data : inflate(entry, data);
    CRC32 crc = new CRC32();
    crc.update(content);
    if (crc.getValue() != entry.crc()) {
      throw corrupt(entry, "does not match its checksum", null);
    }
    return content;
  }

  private static byte[] inflate(Entry entry, byte[] data) throws DatasetFormatException {
    // One byte more than declared shows a stream that goes on.
    byte[] content = new byte[entry.size() + 1];
    int length = 0;
    try (Inflater inflater = new Inflater(true)) {
      inflater.setInput(data);
      while (!inflater.finished() && length < content.length) {
        int count = inflater.inflate(content, length, content.length - length);
        if (count == 0 && !inflater.finished()) {
          break;
        }
        length += count;
      }
      if (!inflater.finished() || length != entry.size()) {
        throw corrupt(entry, "does not unpack to its declared size", null);
      }
    } catch (DataFormatException e) {
      throw corrupt(entry, "cannot be unpacked", e);
    }
    return Arrays.copyOf(content, length);
  }

  private static DatasetFormatException corrupt(Entry entry, String what, Throwable cause) {
    return new DatasetFormatException(
        CORRUPT_ARCHIVE,
        "entry '%s': %s; make and upload the zip file again".formatted(entry.name(), what),
        cause);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
