package dev.gradkeeper.service.web;

/** What a client sent, cut short enough to show it in a message. */
final class Shown {
  private static final int LENGTH = 80;

  private Shown() {}

  static String text(String text) {
    return text.length() <= LENGTH ? text : text.substring(0, LENGTH) + "…";
  }
}
