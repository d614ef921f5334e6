package dev.gradkeeper.cli;

/** Ends the program with exit code 1 and this message, which says what to do about it. */
public final class Failure extends RuntimeException {
  public Failure(String message) {
    super(message);
  }
}
