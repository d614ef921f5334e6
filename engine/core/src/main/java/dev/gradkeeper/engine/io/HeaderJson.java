package dev.gradkeeper.engine.io;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/**
 * The little JSON that safetensors headers are made of: objects without duplicate keys, strings and
 * lists of natural numbers.
 */
final class HeaderJson {
  /** Reads the value of one key. */
  @FunctionalInterface
  interface Member {
    void read(String key) throws SafeTensorsException;
  }

  private final String text;
  private int at;

  HeaderJson(String text) {
    this.text = text;
  }

  void object(Member member) throws SafeTensorsException {
    Set<String> keys = new HashSet<>();
    expect('{');
    if (accept('}')) {
      return;
    }
    do {
      String key = string();
      if (!keys.add(key)) {
        throw new SafeTensorsException("'%s' comes twice in the header".formatted(key));
      }
      expect(':');
      member.read(key);
    } while (accept(','));
    expect('}');
  }

  long[] integers(int limit) throws SafeTensorsException {
    long[] values = new long[limit];
    int count = 0;
    expect('[');
    if (accept(']')) {
      return new long[0];
    }
    do {
      if (count == limit) {
        throw unexpected();
      }
      values[count++] = integer();
    } while (accept(','));
    expect(']');
    return Arrays.copyOf(values, count);
  }

  private long integer() throws SafeTensorsException {
    skipSpace();
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      at++;
    }
    boolean leadingZero = at - start > 1 && text.charAt(start) == '0';
    if (at == start || at - start > 18 || leadingZero) {
      throw unexpected();
    }
    return Long.parseLong(text, start, at, 10);
  }

  String string() throws SafeTensorsException {
    expect('"');
    StringBuilder out = new StringBuilder();
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"') {
        return out.toString();
      }
      if (c < ' ') {
        throw unexpected();
      }
      out.append(c == '\\' ? escaped() : c);
    }
    throw unexpected();
  }

  private char escaped() throws SafeTensorsException {
    if (at == text.length()) {
      throw unexpected();
    }
    char c = text.charAt(at++);
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> throw unexpected();
    };
  }

  private char unicode() throws SafeTensorsException {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      int digit = at < text.length() ? Character.digit(text.charAt(at++), 16) : -1;
      if (digit < 0) {
        throw unexpected();
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  void end() throws SafeTensorsException {
    skipSpace();
    if (at != text.length()) {
      throw unexpected();
    }
  }

  private void expect(char c) throws SafeTensorsException {
    if (!accept(c)) {
      throw unexpected();
    }
  }

  private boolean accept(char c) {
    skipSpace();
    boolean found = at < text.length() && text.charAt(at) == c;
    at += found ? 1 : 0;
    return found;
  }

  private void skipSpace() {
    while (at < text.length() && " \n\r\t".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private SafeTensorsException unexpected() {
    return new SafeTensorsException("the header is not valid JSON at character " + at);
  }
}
