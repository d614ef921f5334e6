package dev.gradkeeper.service.artifacts;

import java.io.ByteArrayInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.core.io.AbstractResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A blob as Spring serves it, whole or a range: one chunk in memory, and only those asked for. */
final class BlobResource extends AbstractResource {

  private final JdbcClient jdbc;
  private final byte[] sha256;
  private final long size;
  private final String name;

  BlobResource(JdbcClient jdbc, byte[] sha256, long size, String name) {
    this.jdbc = jdbc;
    this.sha256 = sha256;
    this.size = size;
    this.name = name;
  }

  @Override
  public long contentLength() {
    return size;
  }

  @Override
  public boolean exists() {
    return true;
  }

  @Override
  public String getFilename() {
    return name;
  }

  @Override
  public String getDescription() {
    return "blob " + name;
  }

  @Override
  public InputStream getInputStream() {
    return new InputStream() {
      private int seq;
      private ByteArrayInputStream chunk = new ByteArrayInputStream(new byte[0]);
      private long position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        if (position == size) {
          return -1;
        }
        if (chunk.available() == 0) {
          chunk = new ByteArrayInputStream(load(seq++));
        }
        int n = chunk.read(target, offset, length);
        position += n;
        return n;
      }

      @Override
      public long skip(long bytes) throws IOException {
        long left = Math.min(bytes, size - position);
        long skipped = left;
        while (left > 0) {
          if (chunk.available() == 0) {
            int length = length(seq);
            if (length <= left) {
              seq++;
              left -= length;
              continue;
            }
            chunk = new ByteArrayInputStream(load(seq++));
          }
          left -= chunk.skip(left);
        }
        position += skipped;
        return skipped;
      }
    };
  }

  private byte[] load(int seq) throws IOException {
    return jdbc.sql("SELECT data FROM blob_chunk WHERE sha256 = ? AND seq = ?")
        .params(sha256, seq)
        .query((row, _) -> row.getBytes(1))
        .optional()
        .orElseThrow(() -> new FileNotFoundException(name + " was deleted meanwhile"));
  }

  private int length(int seq) throws IOException {
    return jdbc.sql("SELECT octet_length(data) FROM blob_chunk WHERE sha256 = ? AND seq = ?")
        .params(sha256, seq)
        .query(Integer.class)
        .optional()
        .orElseThrow(() -> new FileNotFoundException(name + " was deleted meanwhile"));
  }
}
