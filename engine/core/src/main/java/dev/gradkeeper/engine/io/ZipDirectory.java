package dev.gradkeeper.engine.io;

import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.CORRUPT_ARCHIVE;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.DUPLICATE_ENTRY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.UNSAFE_ENTRY;
import static dev.gradkeeper.engine.io.DatasetFormatException.Reason.UNSUPPORTED_ENTRY;

import dev.gradkeeper.engine.io.DatasetFormatException.Reason;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The central directory of a zip file, read from untrusted bytes.
 *
 * <p>Read by this class and not by {@link java.util.zip.ZipFile}, which takes memory for the whole
 * directory before it can be counted, and shows neither symbolic links, nor which entry is
 * encrypted, nor that a name comes twice. The layout is that of PKWARE's APPNOTE.TXT, 4.3 and 4.5.
 */
final class ZipDirectory {
  /** A file of the archive; folders are not listed. */
  record Entry(
      String name, int method, long crc, int compressedSize, int size, long headerOffset) {}

  static final int STORED = 0;
  static final int DEFLATED = 8;

  private static final int MAX_NAME_BYTES = 255;
  private static final int RATIO_FROM = 64 << 10;
  private static final int END_BYTES = 22;
  private static final int MAX_COMMENT = 0xffff;
  private static final long MASK_32 = 0xffffffffL;

  private final FileChannel channel;
  private final ZipLimits limits;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private long totalSize;

  private ZipDirectory(FileChannel channel, ZipLimits limits) {
    this.channel = channel;
    this.limits = limits;
  }

  static List<Entry> read(FileChannel channel, ZipLimits limits)
      throws IOException, DatasetFormatException {
    ZipDirectory directory = new ZipDirectory(channel, limits);
    try {
      directory.readAll();
    } catch (EOFException e) {
      throw new DatasetFormatException(
          CORRUPT_ARCHIVE, "the zip file is cut off; upload it again", e);
    }
    return directory.entries;
  }

  private record Extent(long offset, long size, long entries) {}

  private void readAll() throws IOException, DatasetFormatException {
    Extent extent = findDirectory();
    if (extent.entries > limits.maxEntries()) {
      throw tooLarge(
          "the zip file has %d entries, more than %d"
              .formatted(extent.entries, limits.maxEntries()));
    }
    if (extent.offset < 0
        || extent.size < 0
        || extent.offset > channel.size()
        || extent.size > channel.size() - extent.offset) {
      throw corrupt("the zip file's directory lies outside the file");
    }
    InputStream in =
        new BufferedInputStream(Channels.newInputStream(channel.position(extent.offset)), 1 << 16);
    for (long i = 0; i < extent.entries; i++) {
      readEntry(in, extent.offset);
    }
  }

  /** The end record is the last one of its signature, and only its comment may follow it. */
  private Extent findDirectory() throws IOException, DatasetFormatException {
    long length = channel.size();
    int tailLength = (int) Math.min(length, END_BYTES + MAX_COMMENT);
    ByteBuffer tail = bytes(length - tailLength, tailLength);
    for (int at = tailLength - END_BYTES; at >= 0; at--) {
      if (tail.getInt(at) == 0x06054b50) {
        if (at + END_BYTES + u16(tail, at + 20) != tailLength) {
          throw corrupt("the zip file has bytes after its end");
        }
        long position = length - tailLength + at;
        return extent(tail, at, position);
      }
    }
    throw corrupt("not a zip file, or cut off");
  }

  private Extent extent(ByteBuffer tail, int at, long position)
      throws IOException, DatasetFormatException {
    int disk = u16(tail, at + 4);
    long count = u16(tail, at + 10);
    long size = u32(tail, at + 12);
    long offset = u32(tail, at + 16);
    if (count == 0xffff || size == MASK_32 || offset == MASK_32) {
      ByteBuffer locator = bytes(position - 20, 20);
      if (locator.getInt(0) != 0x07064b50) {
        throw corrupt("the zip file's ZIP64 locator is missing");
      }
      ByteBuffer end = bytes(locator.getLong(8), 56);
      if (end.getInt(0) != 0x06064b50) {
        throw corrupt("the zip file's ZIP64 end record is missing");
      }
      disk = end.getInt(16);
      count = end.getLong(32);
      size = end.getLong(40);
      offset = end.getLong(48);
    }
    if (disk != 0 || count < 0) {
      throw corrupt("the zip file is one part of several; upload it as a single file");
    }
    return new Extent(offset, size, count);
  }

  private void readEntry(InputStream in, long directoryOffset)
      throws IOException, DatasetFormatException {
    ByteBuffer header = bytes(in, 46);
    if (header.getInt(0) != 0x02014b50) {
      throw corrupt("the zip file's directory is damaged");
    }
    int nameLength = u16(header, 28);
    if (nameLength > MAX_NAME_BYTES) {
      throw tooLarge(
          "a name of the zip file has %d bytes, more than %d"
              .formatted(nameLength, MAX_NAME_BYTES));
    }
    String name = decodeName(bytes(in, nameLength));
    ByteBuffer extra = bytes(in, u16(header, 30));
    bytes(in, u16(header, 32));

    checkName(name);
    checkKind(name, u16(header, 4) >>> 8, header.getInt(38));
    if (!names.add(name)) {
      throw new DatasetFormatException(
          DUPLICATE_ENTRY, "entry '%s': comes twice in the zip file".formatted(name));
    }
    if (name.endsWith("/")) {
      return;
    }
    int method = u16(header, 10);
    if ((u16(header, 8) & 1) != 0) {
      throw new DatasetFormatException(
          UNSUPPORTED_ENTRY,
          "entry '%s': is encrypted; make the zip file without a password".formatted(name));
    }
    if (method != STORED && method != DEFLATED) {
      throw new DatasetFormatException(
          UNSUPPORTED_ENTRY,
          "entry '%s': compression method %d; use deflate or none".formatted(name, method));
    }
    long[] wide = {u32(header, 24), u32(header, 20), u32(header, 42)};
    widen(name, extra, wide);
    checkSize(name, wide[0], wide[1], method);
    if (wide[2] < 0 || wide[2] >= directoryOffset) {
      throw corrupt("entry '%s': lies outside the zip file".formatted(name));
    }
    entries.add(new Entry(name, method, u32(header, 16), (int) wide[1], (int) wide[0], wide[2]));
  }

  private static String decodeName(ByteBuffer bytes) throws DatasetFormatException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new DatasetFormatException(
          UNSAFE_ENTRY, "a name of the zip file is not UTF-8; use plain ASCII names", e);
    }
  }

  private static void checkName(String name) throws DatasetFormatException {
    if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == '\\')) {
      throw unsafe(name, "has a backslash or a control character in its name");
    }
    if (name.startsWith("/") || (name.length() > 1 && name.charAt(1) == ':')) {
      throw unsafe(name, "is an absolute path");
    }
    String path = name.endsWith("/") ? name.substring(0, name.length() - 1) : name;
    for (String part : path.split("/", -1)) {
      if (part.isEmpty() || part.equals(".") || part.equals("..")) {
        throw unsafe(name, "has an empty, '.' or '..' part in its path");
      }
    }
  }

  /** Unix hosts keep the file's mode in the upper half of the external attributes. */
  private static void checkKind(String name, int host, int attributes)
      throws DatasetFormatException {
    boolean unix = host == 3 || host == 19;
    int type = unix ? attributes >>> 28 : 0;
    boolean regular = type == 0 || type == 010 || type == 004;
    if (!regular) {
      throw unsafe(name, type == 012 ? "is a symbolic link" : "is a special file");
    }
  }

  /** Replaces sizes and offset that are all ones by those of the ZIP64 extra field, in order. */
  private static void widen(String name, ByteBuffer extra, long[] fields)
      throws DatasetFormatException {
    for (int at = 0; at + 4 <= extra.limit(); at += 4 + u16(extra, at + 2)) {
      if (u16(extra, at) != 1) {
        continue;
      }
      int end = Math.min(extra.limit(), at + 4 + u16(extra, at + 2));
      int value = at + 4;
      for (int i = 0; i < fields.length; i++) {
        if (fields[i] == MASK_32) {
          if (value + 8 > end) {
            throw corrupt("entry '%s': its ZIP64 field is cut off".formatted(name));
          }
          fields[i] = extra.getLong(value);
          value += 8;
        }
      }
      return;
    }
  }

  private void checkSize(String name, long size, long compressedSize, int method)
      throws DatasetFormatException {
    if (size < 0 || compressedSize < 0 || (method == STORED && size != compressedSize)) {
      throw corrupt("entry '%s': its sizes contradict each other".formatted(name));
    }
    if (Math.max(size, compressedSize) > limits.maxEntryBytes()) {
      throw tooLarge(
          "entry '%s': has %d bytes, more than %d"
              .formatted(name, Math.max(size, compressedSize), limits.maxEntryBytes()));
    }
    if (size > RATIO_FROM && size / Math.max(1, compressedSize) > limits.maxRatio()) {
      throw tooLarge(
          "entry '%s': unpacks to more than %d times its size".formatted(name, limits.maxRatio()));
    }
    totalSize += size;
    if (totalSize > limits.maxTotalBytes()) {
      throw tooLarge(
          "the zip file unpacks to more than %d bytes".formatted(limits.maxTotalBytes()));
    }
  }

  private ByteBuffer bytes(long position, int count) throws IOException, DatasetFormatException {
    if (position < 0) {
      throw corrupt("not a zip file, or cut off");
    }
    ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, buffer, position);
    return buffer.flip();
  }

  private static ByteBuffer bytes(InputStream in, int count) throws IOException {
    byte[] read = in.readNBytes(count);
    if (read.length < count) {
      throw new EOFException();
    }
    return ByteBuffer.wrap(read).order(ByteOrder.LITTLE_ENDIAN);
  }

  static void readFully(FileChannel channel, ByteBuffer buffer, long position) throws IOException {
    while (buffer.hasRemaining()) {
      int count = channel.read(buffer, position);
      if (count < 0) {
        throw new EOFException();
      }
      position += count;
    }
  }

  private static int u16(ByteBuffer buffer, int at) {
    return buffer.getShort(at) & 0xffff;
  }

  private static long u32(ByteBuffer buffer, int at) {
    return buffer.getInt(at) & MASK_32;
  }

  private static DatasetFormatException unsafe(String name, String what) {
    return new DatasetFormatException(
        UNSAFE_ENTRY,
        "entry '%s': %s; only plain files below train/, val/ and test/ are taken"
            .formatted(printable(name), what));
  }

  private static String printable(String name) {
    return name.replaceAll("\\p{Cntrl}", "?");
  }

  private static DatasetFormatException corrupt(String message) {
    return new DatasetFormatException(CORRUPT_ARCHIVE, message + "; make and upload it again");
  }

  private static DatasetFormatException tooLarge(String message) {
    return new DatasetFormatException(Reason.TOO_LARGE, message);
  }
}
