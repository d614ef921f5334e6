package dev.gradkeeper.service.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.gradkeeper.service.PostgresFixture;
import dev.gradkeeper.service.TestDatabase;
import dev.gradkeeper.service.TestJobs;
import dev.gradkeeper.service.lease.Lease;
import dev.gradkeeper.service.metrics.SeriesQuery.Attempts;
import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import dev.gradkeeper.service.web.model.Metrics;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What was stored is read back, to the bit, and each step once. */
@ExtendWith(PostgresFixture.class)
class MetricReaderTest {

  private static HikariDataSource pool;
  private static TestJobs jobs;
  private static String worker;
  private static MetricReader reader;

  @BeforeAll
  static void connect(TestDatabase database) {
    pool = database.pool(4);
    jobs = new TestJobs(pool);
    worker = jobs.worker();
    reader = new MetricReader(pool);
  }

  @AfterAll
  static void disconnect() {
    pool.close();
  }

  @Test
  void valuesComeBackToTheBit() throws SQLException {
    float[] awkward = {
      Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, -0f, Float.MIN_VALUE, 0.1f
    };
    StepChunk chunk = chunk(1, awkward);
    chunk.lr()[5] = 1e-300;
    chunk.epoch()[5] = 7;
    String job = store(List.of(attempt(0, chunk)));

    List<Row> rows = rows(query(job, List.of("loss", "lr", "epoch", "time", "grad_norm_clipped")));

    assertThat(rows).extracting(Row::step).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    for (int i = 0; i < awkward.length; i++) {
      double loss = rows.get(i).values().get(0);
      assertThat(Float.floatToRawIntBits((float) loss))
          .isEqualTo(Float.floatToRawIntBits(awkward[i]));
    }
    assertThat(rows.get(5).values()).containsExactly((double) 0.1f, 1e-300, 7.0, 1000.000005, null);
  }

  @Test
  void seriesOfTheirOwnStepsStandBesideThoseOfEveryStep() throws SQLException {
    String job =
        store(
            List.of(
                attempt(0, chunk(1, 5, 4, 3, 2))
                    .with(SeriesChunk.of("eval_loss", new long[] {2, 4}, new float[] {4.5f, 2.5f}))
                    .with(
                        SeriesChunk.of(
                            "param/0.bias.0", new long[] {1, 2, 3, 4}, new float[] {9, 8, 7, 6}))));
    assertThat(rows(query(job, List.of("loss", "eval_loss", "param/0.bias.0", "unknown"))))
        .containsExactly(
            row(1, 1, 5.0, null, 9.0, null),
            row(1, 2, 4.0, 4.5, 8.0, null),
            row(1, 3, 3.0, null, 7.0, null),
            row(1, 4, 2.0, 2.5, 6.0, null));
    assertThat(rows(query(job, List.of("eval_loss"))))
        .containsExactly(row(1, 2, 4.5), row(1, 4, 2.5));
    assertThat(rows(query(job, List.of("unknown", "grad_norm_clipped")))).isEmpty();
  }

  /** Step s of attempt a counts if and only if no later attempt went on from before s. */
  @Test
  void theEffectiveSeriesOfRandomHistoriesIsTheDefinition() throws SQLException {
    Random random = new Random(1);
    for (int trial = 0; trial < 60; trial++) {
      List<Attempt> history = randomHistory(random);
      String job = store(history);
      List<Row> expected = new ArrayList<>();
      List<Row> everything = new ArrayList<>();
      for (int a = 0; a < history.size(); a++) {
        for (long step : history.get(a).steps()) {
          Row row = row(a + 1, step, loss(a + 1, step), eval(a + 1, step));
          everything.add(row);
          List<Attempt> later = history.subList(a + 1, history.size());
          if (later.stream().noneMatch(attempt -> attempt.fromStep < step)) {
            expected.add(row);
          }
        }
      }
      List<String> series = List.of("loss", "eval_loss");
      SeriesQuery effective = query(job, series);
      assertThat(rows(effective)).as("history %d", trial).isEqualTo(expected);
      assertThat(view(job)).as("the view, history %d", trial).isEqualTo(expected);
      assertThat(rows(with(effective, Attempts.of("all")))).isEqualTo(everything);
      assertThat(rows(with(effective, Attempts.of("1"))))
          .isEqualTo(everything.stream().filter(row -> row.attempt() == 1).toList());

      long from = random.nextInt(1, 30);
      long to = from + random.nextInt(30);
      assertThat(rows(new SeriesQuery(job, series, from, to, Attempts.EFFECTIVE, Position.START)))
          .isEqualTo(
              expected.stream().filter(row -> row.step() >= from && row.step() <= to).toList());
      assertThat(pages(with(effective, Attempts.of("all")), 1 + random.nextInt(7)))
          .isEqualTo(everything);
      assertThat(pages(effective, 1 + random.nextInt(7))).isEqualTo(expected);
    }
  }

  @Test
  void aLongRangeIsFoldedWithoutLosingAPeakOrAValueThatIsNotFinite() throws SQLException {
    int n = 25_000;
    Random random = new Random(2);
    List<StepChunk> chunks = new ArrayList<>();
    float[] all = new float[n];
    for (int first = 0; first < n; first += 250) {
      float[] loss = new float[250];
      for (int i = 0; i < loss.length; i++) {
        loss[i] = all[first + i] = random.nextFloat();
      }
      chunks.add(chunk(first + 1, loss));
    }
    all[12_345] = chunks.get(49).loss()[95] = 1e6f;
    all[20_000] = chunks.get(80).loss()[0] = Float.NaN;
    String job = store(List.of(new Attempt(0, chunks, List.of())));

    SeriesQuery query = query(job, List.of("loss"));
    Points points = new Points(1000);
    reader.read(
        query,
        (position, values, present) -> {
          points.add(position, values, present);
          return true;
        });
    Metrics document = MetricsDocument.of(query, points, true);

    assertThat(document.getStepsPerPoint()).isEqualTo(32);
    assertThat(document.getSteps()).hasSize((n + 31) / 32).endsWith(25_000L);
    for (int p = 0; p < document.getSteps().size(); p++) {
      int end = (int) (long) document.getSteps().get(p);
      double min = Double.POSITIVE_INFINITY;
      double max = Double.NEGATIVE_INFINITY;
      for (int i = p * 32; i < end; i++) {
        if (Float.isFinite(all[i])) {
          min = Math.min(min, all[i]);
          max = Math.max(max, all[i]);
        }
      }
      assertThat((float) (double) document.getMin().get("loss").get(p)).isEqualTo((float) min);
      assertThat((float) (double) document.getMax().get("loss").get(p)).isEqualTo((float) max);
      assertThat((float) (double) document.getSeries().get("loss").get(p)).isEqualTo(all[end - 1]);
    }
    assertThat(document.getMax().get("loss")).contains(1e6);
    assertThat(document.getNonfinite())
        .singleElement()
        .satisfies(
            value -> {
              assertThat(value.getStep()).isEqualTo(20_001);
              assertThat(value.getValue()).isEqualTo("NaN");
            });
  }

  @Test
  void textHasALineAStep() throws SQLException {
    StepChunk chunk = chunk(1, 83.8424f, Float.NaN);
    String job =
        store(
            List.of(
                attempt(0, chunk)
                    .with(SeriesChunk.of("a,\"b", new long[] {2}, new float[] {0.5f}))));
    SeriesQuery query = query(job, List.of("loss", "epoch", "a,\"b"));
    assertThat(text(TextRows.csv(query), query))
        .isEqualTo("step,loss,epoch,\"a,\"\"b\"\n1,83.8424,1,\n2,NaN,1,0.5\n");
    assertThat(text(TextRows.ndjson(query), query))
        .isEqualTo(
            "{\"step\":1,\"loss\":83.8424,\"epoch\":1}\n"
                + "{\"step\":2,\"loss\":\"NaN\",\"epoch\":1,\"a,\\\"b\":0.5}\n");
  }

  // ---- histories

  private record Row(int attempt, long step, List<Double> values) {}

  private static Row row(int attempt, long step, Double... values) {
    return new Row(attempt, step, Arrays.asList(values));
  }

  private record Attempt(long fromStep, List<StepChunk> chunks, List<SeriesChunk> series) {

    Attempt with(SeriesChunk chunk) {
      List<SeriesChunk> more = new ArrayList<>(series);
      more.add(chunk);
      return new Attempt(fromStep, chunks, more);
    }

    List<Long> steps() {
      List<Long> steps = new ArrayList<>();
      for (StepChunk chunk : chunks) {
        for (int i = 0; i < chunk.size(); i++) {
          steps.add(chunk.firstStep() + i);
        }
      }
      return steps;
    }
  }

  private static Attempt attempt(long fromStep, StepChunk chunk) {
    return new Attempt(fromStep, List.of(chunk), List.of());
  }

  private static StepChunk chunk(long firstStep, float... loss) {
    StepChunk chunk = new StepChunk(firstStep, 1_000_000_000L, loss.length, false);
    for (int i = 0; i < loss.length; i++) {
      chunk.dt()[i] = i;
      chunk.epoch()[i] = 1;
      chunk.lr()[i] = 0.01;
      chunk.loss()[i] = loss[i];
      chunk.gradNorm()[i] = 2 * loss[i];
    }
    return chunk;
  }

  private static double loss(int attempt, long step) {
    return 1000 * attempt + step;
  }

  private static Double eval(int attempt, long step) {
    return step % 3 == 0 ? -loss(attempt, step) : null;
  }

  /** Attempts that go on from any step that was reached, also from before an earlier start. */
  private static List<Attempt> randomHistory(Random random) {
    List<Attempt> history = new ArrayList<>();
    long reached = 0;
    int attempts = random.nextInt(1, 7);
    for (int a = 1; a <= attempts; a++) {
      long from = reached == 0 ? 0 : random.nextLong(reached + 1);
      int steps = random.nextInt(0, 25);
      List<StepChunk> chunks = new ArrayList<>();
      TreeMap<Long, Float> evals = new TreeMap<>();
      for (long next = from + 1; next <= from + steps; ) {
        int n = (int) Math.min(random.nextInt(1, 6), from + steps - next + 1);
        float[] loss = new float[n];
        for (int i = 0; i < n; i++) {
          loss[i] = (float) loss(a, next + i);
          Double eval = eval(a, next + i);
          if (eval != null) {
            evals.put(next + i, eval.floatValue());
          }
        }
        chunks.add(chunk(next, loss));
        next += n;
      }
      Attempt attempt = new Attempt(from, chunks, List.of());
      if (!evals.isEmpty()) {
        long[] at = evals.keySet().stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[at.length];
        for (int i = 0; i < at.length; i++) {
          values[i] = evals.get(at[i]);
        }
        attempt = attempt.with(SeriesChunk.of("eval_loss", at, values));
      }
      history.add(attempt);
      reached = Math.max(from + steps, from);
    }
    return history;
  }

  private static String store(List<Attempt> history) throws SQLException {
    String job = jobs.queued("prj_default");
    for (int a = 0; a < history.size(); a++) {
      Attempt attempt = history.get(a);
      jobs.jdbc()
          .sql(
              "INSERT INTO job_attempt (job_id, attempt, from_step, worker_id) VALUES (?, ?, ?, ?)")
          .params(job, a + 1, attempt.fromStep, worker)
          .update();
      try (Connection connection = pool.getConnection()) {
        Lease lease = new Lease(job, a + 1, worker);
        ChunkStore.write(connection, lease, attempt.chunks, attempt.series);
        // The same again changes nothing.
        ChunkStore.write(connection, lease, attempt.chunks, attempt.series);
      }
    }
    return job;
  }

  // ---- reads

  private static SeriesQuery query(String job, List<String> series) {
    return new SeriesQuery(job, series, 1, Long.MAX_VALUE, Attempts.EFFECTIVE, Position.START);
  }

  private static SeriesQuery with(SeriesQuery query, Attempts attempts) {
    return new SeriesQuery(
        query.jobId(), query.series(), query.fromStep(), query.toStep(), attempts, query.after());
  }

  private static List<Row> rows(SeriesQuery query) throws SQLException {
    return rows(query, Integer.MAX_VALUE);
  }

  private static List<Row> rows(SeriesQuery query, int most) throws SQLException {
    List<Row> rows = new ArrayList<>();
    reader.read(
        query,
        (position, values, present) -> {
          List<Double> row = new ArrayList<>();
          for (int i = 0; i < values.length; i++) {
            row.add(present[i] ? (Double) values[i] : null);
          }
          rows.add(new Row(position.attempt(), position.step(), row));
          return rows.size() < most;
        });
    return rows;
  }

  private static List<Row> pages(SeriesQuery query, int size) throws SQLException {
    List<Row> all = new ArrayList<>();
    while (true) {
      List<Row> page = rows(query, size);
      all.addAll(page);
      if (page.size() < size) {
        return all;
      }
      query = query.after(new Position(page.getLast().attempt(), page.getLast().step()));
    }
  }

  private static List<Row> view(String job) {
    return jobs.jdbc()
        .sql(
            """
            SELECT s.attempt, s.step, s.loss::float8, e.value::float8
            FROM training_step s LEFT JOIN training_series e
                ON e.job_id = s.job_id AND e.attempt = s.attempt AND e.step = s.step
            WHERE s.job_id = ? ORDER BY s.attempt, s.step
            """)
        .params(job)
        .query(
            (row, n) ->
                row(row.getInt(1), row.getLong(2), row.getDouble(3), (Double) row.getObject(4)))
        .list();
  }

  private static String text(TextRows rows, SeriesQuery query) throws SQLException {
    StringBuilder text = new StringBuilder(rows.header());
    reader.read(query, rows);
    return text.append(rows.take()).toString();
  }
}
