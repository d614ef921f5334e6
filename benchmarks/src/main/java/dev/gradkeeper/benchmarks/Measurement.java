package dev.gradkeeper.benchmarks;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What a candidate's laps say. */
public record Measurement(String name, List<Lap> laps) {

  public Measurement {
    laps = List.copyOf(laps);
  }

  /** Microseconds a step by the clock, over all laps. */
  public Spread wall() {
    return spread(Lap::microsPerStep);
  }

  /** Microseconds a step on the processor, over all laps. */
  public Spread cpu() {
    return spread(Lap::cpuMicrosPerStep);
  }

  /** This one's time a step over the other's, lap by lap: how many times as fast the other is. */
  Spread ratioTo(Measurement other) {
    return Spread.of(
        IntStream.range(0, laps.size())
            .mapToDouble(i -> laps.get(i).microsPerStep() / other.laps().get(i).microsPerStep())
            .toArray());
  }

  Measurement named(String other) {
    return new Measurement(other, laps);
  }

  private Spread spread(ToDoubleFunction<Lap> value) {
    return Spread.of(laps.stream().mapToDouble(value).toArray());
  }

  /** Middle and extremes of some values. */
  public record Spread(double median, double min, double max) {
    static Spread of(double[] values) {
      double[] sorted = values.clone();
      java.util.Arrays.sort(sorted);
      int n = sorted.length;
      return new Spread((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, sorted[0], sorted[n - 1]);
    }

    /** With four digits each, and no powers of ten. */
    @Override
    public String toString() {
      return "%s (%s – %s)".formatted(fourDigits(median), fourDigits(min), fourDigits(max));
    }

    static String fourDigits(double value) {
      return new BigDecimal(value).round(new MathContext(4)).toPlainString();
    }
  }
}
