package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.metrics.Points.Point;
import dev.gradkeeper.service.web.model.Metrics;
import dev.gradkeeper.service.web.model.NonfiniteValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/** Points as the contract's columns. */
final class MetricsDocument {

  private MetricsDocument() {}

  static Metrics of(SeriesQuery query, Points points, boolean withRange) {
    Metrics document = new Metrics();
    document.setSteps(points.list().stream().map(point -> point.position().step()).toList());
    document.setStepsPerPoint(points.rowsPerPoint());
    document.setSeries(columns(query, points, Point::last));
    document.setNonfinite(nonfinite(query, points));
    if (query.attempts().all()) {
      document.setAttempts(
          points.list().stream().map(point -> point.position().attempt()).toList());
    }
    if (withRange) {
      document.setMin(columns(query, points, Point::min));
      document.setMax(columns(query, points, Point::max));
    }
    return document;
  }

  private static Map<String, List<Double>> columns(
      SeriesQuery query, Points points, BiFunction<Point, Integer, Double> value) {
    List<ValueFormat> formats = MetricReader.formats(query.series());
    Map<String, List<Double>> columns = new LinkedHashMap<>();
    for (int i = 0; i < query.series().size(); i++) {
      List<Double> column = new ArrayList<>(points.list().size());
      for (Point point : points.list()) {
        Double exact = value.apply(point, i);
        column.add(exact == null ? null : (Double) formats.get(i).shortest(exact));
      }
      columns.put(query.series().get(i), column);
    }
    return columns;
  }

  private static List<NonfiniteValue> nonfinite(SeriesQuery query, Points points) {
    List<NonfiniteValue> values = new ArrayList<>();
    for (Point point : points.list()) {
      for (int i = 0; i < query.series().size(); i++) {
        if (point.nonfiniteStep(i) != 0) {
          NonfiniteValue value =
              new NonfiniteValue(
                  query.series().get(i),
                  point.nonfiniteStep(i),
                  Double.toString(point.nonfinite(i)));
          if (query.attempts().all()) {
            value.setAttempt(point.position().attempt());
          }
          values.add(value);
        }
      }
    }
    return values;
  }
}
