package dev.gradkeeper.faults;

import java.time.Duration;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What to do.
 *
 * @param seed of the faults' order and times, and of the jobs
 * @param wanted faults that must count
 * @param servers that share the database
 * @param slots jobs that each trains at a time
 * @param length of the jobs; 1: some ten seconds of processor time each
 * @param limit of the whole run
 */
record Options(
    long seed,
    Map<FaultKind, Integer> wanted,
    int servers,
    int slots,
    double length,
    Duration limit) {

  static final String USAGE =
      """
      usage: ./gradkeeper faults [--OPTION VALUE]...

        --seed N                of the faults and of the jobs; drawn and printed unless given
        --kills 200             servers killed with SIGKILL
        --freezes 50            servers stopped with SIGSTOP until their lease is over
        --database-restarts 50  Postgres killed with SIGKILL, stopped at once, or restarted
        --cuts 20               a server's connections to Postgres reset, refused or silent for a while
        --stops 10              servers stopped with SIGTERM
        --servers 3             servers that share the database
        --slots 2               jobs that each of them trains at a time
        --length 0.5            of the jobs; 1: some ten seconds of processor time each
        --limit 60              minutes that all of it may take
      """;

  private static final Map<FaultKind, Integer> LONG_FORM =
      Map.of(
          FaultKind.KILL, 200,
          FaultKind.FREEZE, 50,
          FaultKind.DATABASE_RESTART, 50,
          FaultKind.CUT, 20,
          FaultKind.STOP, 10);

  /**
   * @throws IllegalArgumentException for what is not an option, or not a number
   */
  static Options of(List<String> arguments) {
    Map<String, String> given = new HashMap<>();
    for (int i = 0; i < arguments.size(); i += 2) {
      String name = arguments.get(i);
      if (!name.startsWith("--") || i + 1 == arguments.size()) {
        throw new IllegalArgumentException(name + ": options are --NAME VALUE");
      }
      given.put(name.substring(2), arguments.get(i + 1));
    }
    Map<FaultKind, Integer> wanted = new EnumMap<>(FaultKind.class);
    for (FaultKind kind : FaultKind.values()) {
      wanted.put(kind, (int) number(given, kind.option(), LONG_FORM.get(kind)));
    }
    String seed = given.remove("seed");
    Options options =
        new Options(
            seed == null ? ThreadLocalRandom.current().nextInt(1_000_000) : Long.parseLong(seed),
            Collections.unmodifiableMap(wanted),
            (int) number(given, "servers", 3),
            (int) number(given, "slots", 2),
            number(given, "length", 0.5),
            Duration.ofSeconds((long) (60 * number(given, "limit", 60))));
    Set<String> unknown = new TreeSet<>(given.keySet());
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException("no such option: --" + String.join(", --", unknown));
    }
    return options;
  }

  private static double number(Map<String, String> given, String name, double otherwise) {
    String value = given.remove(name);
    return value == null ? otherwise : Double.parseDouble(value);
  }
}
