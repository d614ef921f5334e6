package dev.gradkeeper.service.blobs;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/** SHA-256 of a blob: its address. */
public record Digest(byte[] bytes) {
  private static final int LENGTH = 32;

  /**
   * @throws IllegalArgumentException unless there are 32 bytes
   */
  public Digest {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException(
          "a SHA-256 has %d bytes, not %d".formatted(LENGTH, bytes.length));
    }
    bytes = bytes.clone();
  }

  /** Of content that is at hand. */
  public static Digest of(byte[] content) {
    return new Digest(sha256().digest(content));
  }

  /** For content that comes in pieces. */
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /** 64 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest && Arrays.equals(bytes, digest.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }
}
