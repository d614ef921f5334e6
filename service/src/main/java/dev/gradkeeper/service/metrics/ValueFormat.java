package dev.gradkeeper.service.metrics;

import java.util.Locale;

/** How numbers of a series are written: as short as their type allows, and read back to the bit. */
enum ValueFormat {
  FLOAT,
  DOUBLE,
  /** To the microsecond. */
  SECONDS,
  INTEGER;

  /** For CSV and NDJSON. */
  String text(double value) {
    return switch (this) {
      case FLOAT -> Float.toString((float) value);
      case DOUBLE -> Double.toString(value);
      case SECONDS -> String.format(Locale.ROOT, "%.6f", value);
      case INTEGER -> Long.toString((long) value);
    };
  }

  /** The double that is written as shortly as the value's own type would be. */
  double shortest(double value) {
    return this == FLOAT ? Double.parseDouble(Float.toString((float) value)) : value;
  }
}
