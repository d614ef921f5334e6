package dev.gradkeeper.engine.io;

/** A file is not valid safetensors, or holds what cannot be read. */
public final class SafeTensorsException extends Exception {
  public SafeTensorsException(String message) {
    super("safetensors: " + message);
  }
}
