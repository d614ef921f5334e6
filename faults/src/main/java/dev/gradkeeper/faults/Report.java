package dev.gradkeeper.faults;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What came of it.
 *
 * @param undisturbedTime spent on the reference
 * @param time all of it
 */
record Report(
    Options options,
    Tally tally,
    Collection<Server> servers,
    List<Verdict> verdicts,
    Duration undisturbedTime,
    Duration time) {

  /** Whether all that was wanted has happened, and nothing that must not. */
  boolean isGood() {
    return tally.problems().isEmpty()
        && !verdicts.isEmpty()
        && verdicts.stream().allMatch(Verdict::equal)
        && options.wanted().entrySet().stream()
            .allMatch(wanted -> tally.of(wanted.getKey()).counted() >= wanted.getValue());
  }

  /** As Markdown. */
  String text() {
    StringBuilder text = new StringBuilder();
    line(text, "%n| fault | wanted | counted | too late, repeated | jobs hit |");
    line(text, "|---|---|---|---|---|");
    options
        .wanted()
        .forEach(
            (kind, wanted) -> {
              Tally.Count count = tally.of(kind);
              line(
                  text,
                  "| %s | %d | %d | %d | %d |",
                  kind.title(),
                  wanted,
                  count.counted(),
                  count.missed(),
                  count.jobs());
            });
    line(
        text,
        "%n| job | jobs | hit by faults | attempts | from a checkpoint | in a window | steps | trained again | to the bit |");
    line(text, "|---|---|---|---|---|---|---|---|---|");
    kinds().forEach(kind -> row(text, kind.name(), of(kind)));
    row(text, "all", verdicts);
    line(
        text,
        "%nseed %d; %d servers of %d slots, started %d times, of these %d after an end of their own",
        options.seed(),
        servers.size(),
        options.slots(),
        servers.stream().mapToInt(Server::starts).sum(),
        servers.stream().mapToInt(Server::ownEnds).sum());
    line(
        text,
        "%d min %02d s, of these %d s for the undisturbed jobs",
        time.toMinutes(),
        time.toSecondsPart(),
        undisturbedTime.toSeconds());
    tally.problems().forEach(problem -> line(text, "WRONG: %s", problem));
    line(text, isGood() ? "%nnothing is wrong" : "%nFAILED");
    return text.toString();
  }

  private Set<JobKind> kinds() {
    Set<JobKind> kinds = new LinkedHashSet<>();
    verdicts.forEach(verdict -> kinds.add(verdict.job().kind()));
    return kinds;
  }

  private List<Verdict> of(JobKind kind) {
    return verdicts.stream().filter(verdict -> verdict.job().kind().equals(kind)).toList();
  }

  private static void row(StringBuilder text, String name, List<Verdict> jobs) {
    long steps = jobs.stream().mapToLong(Verdict::steps).sum();
    long equal = jobs.stream().filter(Verdict::equal).count();
    line(
        text,
        "| %s | %d | %d | %d | %d | %d | %d | %d | %s |",
        name,
        jobs.size(),
        jobs.stream().mapToInt(Verdict::faults).sum(),
        jobs.stream().mapToInt(job -> job.attempts().attempts()).sum(),
        jobs.stream().mapToInt(job -> job.attempts().resumed()).sum(),
        jobs.stream().mapToInt(job -> job.attempts().inWindow()).sum(),
        steps,
        jobs.stream().mapToLong(job -> job.attempts().stored()).sum() - steps,
        equal == jobs.size() ? "yes" : "%d of %d".formatted(equal, jobs.size()));
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(format.formatted(values)).append('\n');
  }
}
