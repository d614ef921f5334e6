package dev.gradkeeper.engine.io;

/** An input file is not what its format asks for. The message names the entry and the remedy. */
public final class DatasetFormatException extends Exception {
  /** What is wrong, for programs. */
  public enum Reason {
    /** Not an archive at all, cut off, or contradicting itself. */
    CORRUPT_ARCHIVE,
    /** An entry that is encrypted or compressed in a way other than stored or deflate. */
    UNSUPPORTED_ENTRY,
    /** An absolute path, one that leads outside, a symbolic link, or a name that is not text. */
    UNSAFE_ENTRY,
    /** Two entries of one name. */
    DUPLICATE_ENTRY,
    /** A limit is exceeded. */
    TOO_LARGE,
    /** Folders are not split/class/image. */
    LAYOUT,
    /** A split or a class without images. */
    EMPTY,
    /** An entry is no JPEG or PNG, or cannot be decoded. */
    NOT_AN_IMAGE,
    /** Images of different sizes. */
    SIZE_MISMATCH
  }

  private final Reason reason;

  public DatasetFormatException(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  public DatasetFormatException(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
