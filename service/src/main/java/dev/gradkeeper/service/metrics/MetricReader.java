package dev.gradkeeper.service.metrics;

import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;
import org.springframework.stereotype.Component;

/**
 * Reads series row by row: all points of a step make a row, rows come by attempt and step. However
 * many there are, a few chunks of each series are in memory at a time.
 */
@Component
class MetricReader {

  /** Takes rows until it has enough. */
  @FunctionalInterface
  interface RowSink {
    /**
     * @param values by column; both arrays are used again for the next row
     * @param present whether the row has a value in the column
     * @return whether it wants more
     */
    boolean row(Position position, double[] values, boolean[] present);
  }

  private final DataSource dataSource;

  MetricReader(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  /** How the values of each column are written. */
  static List<ValueFormat> formats(List<String> series) {
    return series.stream()
        .map(name -> StepColumn.of(name).map(StepColumn::format).orElse(ValueFormat.FLOAT))
        .toList();
  }

  void read(SeriesQuery query, RowSink sink) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      // One snapshot for all series; cursors need a transaction.
      connection.setAutoCommit(false);
      connection.setReadOnly(true);
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      List<PointSource> sources = new ArrayList<>();
      try {
        open(connection, query, sources);
        merge(sources, query.series().size(), sink);
      } finally {
        for (PointSource source : sources) {
          source.close();
        }
        connection.rollback();
      }
    }
  }

  private static void open(Connection connection, SeriesQuery query, List<PointSource> sources)
      throws SQLException {
    List<StepColumn> columns = new ArrayList<>();
    List<Integer> targets = new ArrayList<>();
    for (int i = 0; i < query.series().size(); i++) {
      Optional<StepColumn> column = StepColumn.of(query.series().get(i));
      if (column.isPresent()) {
        columns.add(column.get());
        targets.add(i);
      } else {
        sources.add(new SeriesSource(connection, query, i));
      }
    }
    if (!columns.isEmpty()) {
      int[] columnTargets = targets.stream().mapToInt(Integer::intValue).toArray();
      sources.add(new StepSource(connection, query, columns, columnTargets));
    }
  }

  private static void merge(List<PointSource> sources, int columns, RowSink sink)
      throws SQLException {
    double[] values = new double[columns];
    boolean[] present = new boolean[columns];
    for (PointSource source : sources) {
      source.next();
    }
    while (true) {
      Position first = null;
      for (PointSource source : sources) {
        Position position = source.position();
        if (position != null && (first == null || position.compareTo(first) < 0)) {
          first = position;
        }
      }
      if (first == null) {
        return;
      }
      Arrays.fill(present, false);
      for (PointSource source : sources) {
        if (first.equals(source.position())) {
          source.fill(values, present);
          source.next();
        }
      }
      if (hasAny(present) && !sink.row(first, values, present)) {
        return;
      }
    }
  }

  /** False for a step that has none of the series, such as a clipped norm where nothing clips. */
  private static boolean hasAny(boolean[] present) {
    for (boolean one : present) {
      if (one) {
        return true;
      }
    }
    return false;
  }
}
