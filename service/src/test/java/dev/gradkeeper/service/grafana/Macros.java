package dev.gradkeeper.service.grafana;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Grafana's PostgreSQL data source makes of its macros and variables
 * (https://grafana.com/docs/grafana/latest/datasources/postgres/#macros), for the last hour and an
 * interval of ten seconds.
 */
final class Macros {

  private Macros() {}

  static String expand(String sql, String job) {
    String from = "now() - interval '1 hour'";
    String to = "now() + interval '1 minute'";
    String expanded =
        sql.replace("$job", job)
            .replace("$__interval", "10s")
            .replaceAll(
                "\\$__timeGroupAlias\\(([\\w.]+), '?(\\d+)s'?\\)",
                "floor(extract(epoch from $1)/$2)*$2 AS \"time\"")
            .replaceAll("\\$__timeFilter\\(([\\w.]+)\\)", "$1 BETWEEN " + from + " AND " + to)
            .replace("$__timeFrom()", from)
            .replace("$__timeTo()", to);
    assertThat(expanded).as("every macro and variable is known").doesNotContain("$");
    return expanded;
  }
}
