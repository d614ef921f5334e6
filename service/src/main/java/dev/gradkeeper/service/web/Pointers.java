package dev.gradkeeper.service.web;

/** JSON Pointer, RFC 6901. */
final class Pointers {
  private Pointers() {}

  /** A name as a reference token. */
  static String escape(String name) {
    return Shown.text(name).replace("~", "~0").replace("/", "~1");
  }
}
