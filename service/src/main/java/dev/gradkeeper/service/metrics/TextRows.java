package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.metrics.MetricReader.RowSink;
import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import java.util.List;
import tools.jackson.core.io.JsonStringEncoder;

/**
 * Rows as text, a number of them at a time: while a slow client takes them, no connection to the
 * database is held.
 */
abstract class TextRows implements RowSink {

  private static final int ROWS_AT_A_TIME = 10_000;

  private final List<ValueFormat> formats;
  final boolean withAttempts;
  private StringBuilder text = new StringBuilder();
  private int rows;
  private Position last;

  private TextRows(SeriesQuery query) {
    formats = MetricReader.formats(query.series());
    withAttempts = query.attempts().all();
  }

  /** What stands before the first row. */
  abstract String header();

  abstract void append(
      StringBuilder text,
      Position position,
      double[] values,
      boolean[] present,
      List<ValueFormat> formats);

  @Override
  public final boolean row(Position position, double[] values, boolean[] present) {
    append(text, position, values, present, formats);
    last = position;
    return ++rows < ROWS_AT_A_TIME;
  }

  /** The rows since the last call. */
  final String take() {
    String taken = text.toString();
    text = new StringBuilder();
    return taken;
  }

  /** The last row, if there may be more behind it; else null. The next rows count anew. */
  final Position continuesAfter() {
    boolean full = rows == ROWS_AT_A_TIME;
    rows = 0;
    return full ? last : null;
  }

  /**
   * A header, then a line a step; an absent value is an empty field, one that is not finite {@code
   * NaN} or {@code Infinity}.
   */
  static TextRows csv(SeriesQuery query) {
    return new TextRows(query) {
      @Override
      String header() {
        StringBuilder header = new StringBuilder(withAttempts ? "attempt,step" : "step");
        query.series().forEach(series -> header.append(',').append(csvField(series)));
        return header.append('\n').toString();
      }

      @Override
      void append(
          StringBuilder text,
          Position position,
          double[] values,
          boolean[] present,
          List<ValueFormat> formats) {
        if (withAttempts) {
          text.append(position.attempt()).append(',');
        }
        text.append(position.step());
        for (int i = 0; i < values.length; i++) {
          text.append(',').append(present[i] ? formats.get(i).text(values[i]) : "");
        }
        text.append('\n');
      }
    };
  }

  private static String csvField(String name) {
    boolean plain = name.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
    return plain ? name : '"' + name.replace("\"", "\"\"") + '"';
  }

  /** An object a step, without what is absent. JSON has no NaN: what is not finite is a string. */
  static TextRows ndjson(SeriesQuery query) {
    List<String> keys = query.series().stream().map(TextRows::jsonString).toList();
    return new TextRows(query) {
      @Override
      String header() {
        return "";
      }

      @Override
      void append(
          StringBuilder text,
          Position position,
          double[] values,
          boolean[] present,
          List<ValueFormat> formats) {
        text.append('{');
        if (withAttempts) {
          text.append("\"attempt\":").append(position.attempt()).append(',');
        }
        text.append("\"step\":").append(position.step());
        for (int i = 0; i < values.length; i++) {
          if (present[i]) {
            String value = formats.get(i).text(values[i]);
            text.append(',').append(keys.get(i)).append(':');
            text.append(Double.isFinite(values[i]) ? value : '"' + value + '"');
          }
        }
        text.append("}\n");
      }
    };
  }

  private static String jsonString(String text) {
    return '"' + new String(JsonStringEncoder.getInstance().quoteAsCharArray(text)) + '"';
  }
}
