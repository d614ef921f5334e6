package dev.gradkeeper.benchmarks;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A command's {@code --name value} options. */
record Options(Map<String, String> values) {

  /**
   * @throws IllegalArgumentException for an option that is none of these, or has no value
   */
  static Options of(List<String> arguments, List<String> known) {
    Map<String, String> values = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || !known.contains(name.substring(2))) {
        throw new IllegalArgumentException(
            name + ": the options are --" + String.join(", --", known));
      }
      if (i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + ": needs a value");
      }
      values.put(name.substring(2), arguments.get(i + 1));
    }
    return new Options(values);
  }

  String text(String name, String otherwise) {
    return values.getOrDefault(name, otherwise);
  }

  int number(String name, int otherwise) {
    String value = values.get(name);
    try {
      return value == null ? otherwise : Integer.parseInt(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--" + name + ": " + value + " is not a whole number", e);
    }
  }
}
