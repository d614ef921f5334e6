package dev.gradkeeper.service.blobs;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Content-addressed bytes in rows of 1 MiB.
 *
 * <p>A blob is written whole in the transaction that refers to it, once however often its content
 * comes, and lives as long as a row refers to it.
 */
@Component
public class Blobs {
  static final int CHUNK = 1 << 20;

  /** What {@link #get} can give, and a little less than an array can hold. */
  static final long LONGEST_IN_MEMORY = Integer.MAX_VALUE - 64;

  private final JdbcTemplate jdbc;

  public Blobs(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Stores a content that is at hand, in the caller's transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  public Digest put(byte[] content) {
    Digest digest = Digest.of(content);
    try {
      put(digest, content.length, new ByteArrayInputStream(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return digest;
  }

  /** Stores a content that is at hand in pieces, in the caller's transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void put(BlobContent content) {
    byte[] key = content.digest().bytes();
    if (isNew(key, content.size())) {
      List<byte[]> chunks = content.chunks();
      for (int seq = 0; seq < chunks.size(); seq++) {
        insertChunk(key, seq, chunks.get(seq));
      }
    }
  }

  /**
   * Stores {@code size} bytes of the stream, in the caller's transaction. Until that ends nobody
   * can remove the blob, so the caller may refer to it.
   *
   * @param digest of the content, which is not computed again
   * @throws IOException if the stream fails or has fewer bytes
   */
  @Transactional(propagation = Propagation.MANDATORY, rollbackFor = IOException.class)
  public void put(Digest digest, long size, InputStream content) throws IOException {
    byte[] key = digest.bytes();
    if (!isNew(key, size)) {
      return;
    }
    long left = size;
    for (int seq = 0; left > 0; seq++) {
      byte[] chunk = content.readNBytes((int) Math.min(CHUNK, left));
      if (chunk.length == 0) {
        throw new IOException("blob %s: the content ends %d bytes early".formatted(digest, left));
      }
      insertChunk(key, seq, chunk);
      left -= chunk.length;
    }
  }

  /** Whether its bytes are to be written; else they are there and stay. */
  private boolean isNew(byte[] key, long size) {
    while (insert(key, size) == 0) {
      // It is there, unless it is removed this moment: the lock tells, and keeps it.
      if (!jdbc.queryForList("SELECT 1 FROM blob WHERE sha256 = ? FOR KEY SHARE", key).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  private void insertChunk(byte[] key, int seq, byte[] chunk) {
    jdbc.update("INSERT INTO blob_chunk (sha256, seq, data) VALUES (?, ?, ?)", key, seq, chunk);
  }

  private int insert(byte[] key, long size) {
    return jdbc.update(
        "INSERT INTO blob (sha256, size) VALUES (?, ?) ON CONFLICT DO NOTHING", key, size);
  }

  /**
   * Copies a blob to the stream, one chunk in memory at a time.
   *
   * @throws IOException if the stream fails, or there is no such blob
   */
  public void copy(Digest digest, OutputStream out) throws IOException {
    long left = size(digest);
    for (int seq = 0; left > 0; seq++) {
      byte[] chunk =
          jdbc.query(
              "SELECT data FROM blob_chunk WHERE sha256 = ? AND seq = ?",
              row -> row.next() ? row.getBytes(1) : null,
              digest.bytes(),
              seq);
      if (chunk == null) {
        throw new IOException("blob %s has been removed".formatted(digest));
      }
      out.write(chunk);
      left -= chunk.length;
    }
  }

  /** A blob that fits into memory. */
  public byte[] get(Digest digest) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    copy(digest, out);
    return out.toByteArray();
  }

  private long size(Digest digest) throws IOException {
    Long size =
        jdbc.query(
            "SELECT size FROM blob WHERE sha256 = ?",
            row -> row.next() ? row.getLong(1) : null,
            digest.bytes());
    if (size == null) {
      throw new IOException("there is no blob " + digest);
    }
    return size;
  }

  /** Removes a blob that nothing refers to, in the caller's transaction. */
  @Transactional(propagation = Propagation.MANDATORY)
  public void removeIfUnused(Digest digest) {
    byte[] key = digest.bytes();
    // Waits for those who are about to refer to it; the next statement sees what they have written.
    jdbc.queryForList("SELECT 1 FROM blob WHERE sha256 = ? FOR UPDATE", key);
    jdbc.update(
        """
        DELETE FROM blob b WHERE sha256 = ?
          AND NOT EXISTS (SELECT FROM dataset d WHERE d.blob = b.sha256)
          AND NOT EXISTS (SELECT FROM artifact a WHERE a.blob = b.sha256)
          AND NOT EXISTS (SELECT FROM checkpoint c WHERE c.blob = b.sha256)
        """,
        key);
  }
}
