package dev.gradkeeper.service.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gradkeeper.service.access.Caller;
import dev.gradkeeper.service.metrics.MetricReader.RowSink;
import dev.gradkeeper.service.metrics.SeriesQuery.Attempts;
import dev.gradkeeper.service.metrics.SeriesQuery.Position;
import dev.gradkeeper.service.web.ProblemException;
import dev.gradkeeper.service.web.api.MetricsApi;
import dev.gradkeeper.service.web.model.Aggregation;
import dev.gradkeeper.service.web.model.FieldError;
import dev.gradkeeper.service.web.model.Metrics;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.sql.SQLException;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.RestController;

/** Series over REST. */
@RestController
class MetricsController implements MetricsApi {

  private static final List<String> DEFAULT_SERIES = List.of("loss", "grad_norm");
  private static final MediaType CSV = new MediaType("text", "csv", UTF_8);
  private static final MediaType NDJSON = new MediaType("application", "x-ndjson");
  private static final List<MediaType> GIVEN = List.of(MediaType.APPLICATION_JSON, CSV, NDJSON);

  private final MetricReader reader;
  private final JdbcClient jdbc;
  private final HttpServletRequest request;
  private final HttpServletResponse response;

  MetricsController(
      MetricReader reader,
      JdbcClient jdbc,
      HttpServletRequest request,
      HttpServletResponse response) {
    this.reader = reader;
    this.jdbc = jdbc;
    this.request = request;
    this.response = response;
  }

  @Override
  public @Nullable ResponseEntity<Metrics> getMetrics(
      String jobId,
      @Nullable List<String> series,
      Long fromStep,
      @Nullable Long toStep,
      Integer maxPoints,
      Aggregation agg,
      @Nullable String attempt,
      @Nullable String cursor) {
    checkVisible(jobId);
    SeriesQuery query =
        new SeriesQuery(
            jobId,
            List.copyOf(new LinkedHashSet<>(series == null ? DEFAULT_SERIES : series)),
            fromStep,
            toStep == null ? Long.MAX_VALUE : toStep,
            Attempts.of(attempt),
            position(cursor));
    MediaType type = wantedType();
    if (type.equalsTypeAndSubtype(CSV)) {
      stream(CSV, query, TextRows.csv(query));
      return null;
    }
    if (type.equalsTypeAndSubtype(NDJSON)) {
      stream(NDJSON, query, TextRows.ndjson(query));
      return null;
    }
    return ResponseEntity.ok(
        agg == Aggregation.RAW ? rawPage(query, maxPoints) : wholeRange(query, maxPoints));
  }

  private void checkVisible(String jobId) {
    boolean visible =
        jdbc.sql("SELECT EXISTS (SELECT FROM job WHERE id = ? AND project_id = ?)")
            .params(jobId, Caller.current().projectId())
            .query(Boolean.class)
            .single();
    if (!visible) {
      throw ProblemException.notFound("job", jobId);
    }
  }

  private Metrics rawPage(SeriesQuery query, int limit) {
    Points points = new Points(limit);
    boolean[] more = new boolean[1];
    read(
        query,
        (position, values, present) -> {
          more[0] = points.isFull();
          if (!more[0]) {
            points.add(position, values, present);
          }
          return !more[0];
        });
    Metrics page = MetricsDocument.of(query, points, false);
    if (more[0]) {
      page.setNextCursor(cursor(points.list().getLast().position()));
    }
    return page;
  }

  private Metrics wholeRange(SeriesQuery query, int most) {
    Points points = new Points(most);
    read(
        query,
        (position, values, present) -> {
          points.add(position, values, present);
          return true;
        });
    return MetricsDocument.of(query, points, true);
  }

  private void read(SeriesQuery query, RowSink sink) {
    try {
      reader.read(query, sink);
    } catch (SQLException e) {
      throw new IllegalStateException("the series of " + query.jobId() + " cannot be read", e);
    }
  }

  private void stream(MediaType type, SeriesQuery query, TextRows rows) {
    response.setContentType(type.toString());
    try {
      Writer out = new OutputStreamWriter(response.getOutputStream(), UTF_8);
      out.write(rows.header());
      for (Position after = query.after(); after != null; after = rows.continuesAfter()) {
        read(query.after(after), rows);
        out.write(rows.take());
      }
      out.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the client likes best of what there is; Spring has refused those who like none of it. */
  private MediaType wantedType() {
    List<MediaType> accepted = MediaType.parseMediaTypes(request.getHeader("Accept"));
    accepted.sort((a, b) -> Double.compare(b.getQualityValue(), a.getQualityValue()));
    return accepted.stream()
        .flatMap(wanted -> GIVEN.stream().filter(wanted::includes))
        .findFirst()
        .orElse(MediaType.APPLICATION_JSON);
  }

  private static String cursor(Position position) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((position.attempt() + " " + position.step()).getBytes(UTF_8));
  }

  private static Position position(@Nullable String cursor) {
    if (cursor == null) {
      return Position.START;
    }
    try {
      String[] parts = new String(Base64.getUrlDecoder().decode(cursor), UTF_8).split(" ", 2);
      return new Position(Integer.parseInt(parts[0]), Long.parseLong(parts[1]));
    } catch (RuntimeException e) {
      throw ProblemException.invalid(
          List.of(
              new FieldError(
                  "?cursor", "malformed", "Must be the next_cursor of the page before.")));
    }
  }
}
