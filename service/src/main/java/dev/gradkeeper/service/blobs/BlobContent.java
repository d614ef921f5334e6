package dev.gradkeeper.service.blobs;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A content in memory, in the pieces that it is stored in. */
public final class BlobContent {

  /** Writes a content. */
  @FunctionalInterface
  public interface Source {
    void writeTo(OutputStream out) throws IOException;
  }

  private final List<byte[]> chunks;
  private final long size;
  private @Nullable Digest digest;

  private BlobContent(List<byte[]> chunks) {
    this.chunks = chunks;
    this.size = chunks.stream().mapToLong(chunk -> chunk.length).sum();
  }

  /**
   * @throws IOException if the source fails, or writes more than an array of bytes can hold
   */
  public static BlobContent of(Source source) throws IOException {
    Chunks out = new Chunks();
    source.writeTo(out);
    return new BlobContent(out.end());
  }

  public long size() {
    return size;
  }

  /** Computed when it is first asked for. */
  public synchronized Digest digest() {
    if (digest == null) {
      MessageDigest sha256 = Digest.sha256();
      chunks.forEach(sha256::update);
      digest = new Digest(sha256.digest());
    }
    return digest;
  }

  List<byte[]> chunks() {
    return chunks;
  }

  private static final class Chunks extends OutputStream {
    private final List<byte[]> full = new ArrayList<>();
    private final ByteArrayOutputStream current = new ByteArrayOutputStream();
    private long written;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      written += length;
      if (written > Blobs.LONGEST_IN_MEMORY) {
        throw new IOException(
            "it has more than the %d bytes that can be read back"
                .formatted(Blobs.LONGEST_IN_MEMORY));
      }
      for (int from = offset; from < offset + length; ) {
        int n = Math.min(Blobs.CHUNK - current.size(), offset + length - from);
        current.write(bytes, from, n);
        from += n;
        if (current.size() == Blobs.CHUNK) {
          full.add(current.toByteArray());
          current.reset();
        }
      }
    }

    List<byte[]> end() {
      if (current.size() > 0) {
        full.add(current.toByteArray());
      }
      return full;
    }
  }
}
