package dev.gradkeeper.service.jobs;

/** Inline data is no array of numbers, or its samples differ in shape. */
public final class InlineDataException extends RuntimeException {
  private final String pointer;
  private final String code;

  InlineDataException(String pointer, String code, String detail) {
    super(detail, null, false, false);
    this.pointer = pointer;
    this.code = code;
  }

  /** JSON Pointer of the place in the job's JSON. */
  public String pointer() {
    return pointer;
  }

  public String code() {
    return code;
  }
}
