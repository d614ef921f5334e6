package dev.gradkeeper.faults;

import dev.gradkeeper.faults.Watch.Advancing;
import dev.gradkeeper.faults.Watch.Running;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/**
 * Strikes the servers and their database with all the faults that are wanted, each while a job that
 * it hits is seen to go forward. One whose jobs had ended when it struck is repeated.
 */
final class Campaign {

  /** Some faults fewer than the workers that a job's spec lets it lose: {@code max_restarts}. */
  private static final int MOST_ATTEMPTS = 75;

  private static final Duration LONGEST_ADVANCE = Duration.ofMillis(1500);
  private static final Duration LONGEST_OUTAGE = Server.LEASE.multipliedBy(3).dividedBy(2);
  private static final Duration TAKE_OVER_LIMIT = Duration.ofSeconds(120);
  private static final Duration REPORT_INTERVAL = Duration.ofSeconds(20);

  private final Options options;
  private final Random random;
  private final Database database;
  private final Map<Server, DatabaseProxy> servers;
  private final Watch watch;
  private final Tally tally;
  private final ConcurrentLinkedQueue<FaultKind> deck = new ConcurrentLinkedQueue<>();
  private final List<Future<?>> unfinished = new ArrayList<>();

  Campaign(
      Options options,
      Random random,
      Database database,
      Map<Server, DatabaseProxy> servers,
      Watch watch,
      Tally tally) {
    this.options = options;
    this.random = random;
    this.database = database;
    this.servers = servers;
    this.watch = watch;
    this.tally = tally;
    List<FaultKind> order = new ArrayList<>();
    options.wanted().forEach((kind, number) -> order.addAll(Collections.nCopies(number, kind)));
    Collections.shuffle(order, random);
    deck.addAll(order);
  }

  /** Returns when all of them have struck, or the time is up. */
  void run(Instant end) throws InterruptedException, ExecutionException {
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      Instant report = Instant.now().plus(REPORT_INTERVAL);
      while (Instant.now().isBefore(end)) {
        FaultKind next = deck.poll();
        if (next != null) {
          strike(next, end, background);
        } else if (!unfinished.isEmpty()) {
          unfinished.removeFirst().get(); // it may put its fault into the deck again
        } else {
          return;
        }
        if (Instant.now().isAfter(report)) {
          System.out.println(tally.progress(options.wanted()));
          report = Instant.now().plus(REPORT_INTERVAL);
        }
      }
      tally.problem("the time was up before all faults had struck");
    }
  }

  private void strike(FaultKind kind, Instant end, ExecutorService background)
      throws InterruptedException {
    Duration advance = Duration.ofMillis(random.nextInt((int) LONGEST_ADVANCE.toMillis()));
    List<Advancing> jobs = new ArrayList<>();
    boolean found =
        Await.holds(
            Duration.between(Instant.now(), end),
            () -> {
              jobs.clear();
              jobs.addAll(watch.advancing());
              return (kind != FaultKind.FREEZE || othersRun()) && choose(jobs, advance).isPresent();
            });
    if (!found) {
      return;
    }
    watch.forget();
    Advancing chosen = choose(jobs, advance).orElseThrow();
    Server server = serverOf(chosen).orElseThrow();
    String worker = server.worker();
    List<Running> victims =
        jobs.stream()
            .map(Advancing::job)
            .filter(job -> kind == FaultKind.DATABASE_RESTART || job.worker().equals(worker))
            .toList();
    switch (kind) {
      case KILL -> {
        server.kill();
        settle(kind, Instant.now(), victims);
      }
      case FREEZE -> {
        server.freeze();
        Instant time = Instant.now();
        unfinished.add(background.submit(() -> awaitTakeOver(server, time, victims)));
      }
      case DATABASE_RESTART -> restartDatabase(victims);
      case CUT -> cut(server, victims, background);
      case STOP -> unfinished.add(background.submit(() -> stop(server, victims)));
    }
  }

  /** The job that was hit least, on a server whose jobs can all bear to be hit. */
  private Optional<Advancing> choose(List<Advancing> jobs, Duration advance) {
    Set<String> spared =
        jobs.stream()
            .map(Advancing::job)
            .filter(job -> job.attempt() >= MOST_ATTEMPTS)
            .map(Running::worker)
            .collect(Collectors.toSet());
    return jobs.stream()
        .filter(job -> job.since().compareTo(advance) > 0)
        .filter(job -> !spared.contains(job.job().worker()))
        .filter(job -> serverOf(job).isPresent())
        .min(Comparator.comparingInt(job -> tally.hits(job.job().job())));
  }

  /** Whether somebody is left to take over what a frozen server trains. */
  private boolean othersRun() {
    return servers.keySet().stream().filter(server -> !server.isFrozen()).count() > 1;
  }

  private Optional<Server> serverOf(Advancing job) {
    return servers.keySet().stream()
        .filter(server -> server.trains(job.job().worker(), job.job().began()))
        .findFirst();
  }

  private void settle(FaultKind kind, Instant time, List<Running> victims)
      throws InterruptedException {
    if (!tally.struck(kind, watch.unfinishedAt(time, victims))) {
      deck.add(kind);
    }
  }

  private Void awaitTakeOver(Server server, Instant time, List<Running> victims)
      throws InterruptedException {
    List<Running> jobs = watch.unfinishedAt(time, victims);
    try {
      if (!Await.holds(TAKE_OVER_LIMIT, () -> watch.areTaken(jobs))) {
        tally.problem(
            "%s was frozen for %s, and nobody took over all of %s"
                .formatted(server.name(), TAKE_OVER_LIMIT, jobs));
      }
    } finally {
      server.thaw();
    }
    settle(FaultKind.FREEZE, time, victims);
    return null;
  }

  private void restartDatabase(List<Running> victims) throws InterruptedException {
    boolean crash = random.nextInt(3) == 0;
    boolean away = random.nextInt(3) == 0;
    if (crash) {
      database.crash();
    } else if (random.nextBoolean()) {
      database.stopImmediately();
    } else {
      database.stop();
    }
    Instant time = Instant.now();
    if (away) {
      Thread.sleep(randomOutage());
    }
    database.start();
    settle(FaultKind.DATABASE_RESTART, time, victims);
  }

  private void cut(Server server, List<Running> victims, ExecutorService background)
      throws InterruptedException {
    DatabaseProxy proxy = servers.get(server);
    Duration outage = randomOutage();
    switch (random.nextInt(3)) {
      case 0 -> proxy.cut();
      case 1 -> {
        proxy.refuse(true);
        proxy.cut();
        unfinished.add(background.submit(() -> after(outage, () -> proxy.refuse(false))));
      }
      default -> {
        proxy.silence(true);
        unfinished.add(background.submit(() -> after(outage, () -> proxy.silence(false))));
      }
    }
    settle(FaultKind.CUT, Instant.now(), victims);
  }

  private Duration randomOutage() {
    return Duration.ofMillis(random.nextInt((int) LONGEST_OUTAGE.toMillis()));
  }

  private static Void after(Duration outage, Runnable then) throws InterruptedException {
    try {
      Thread.sleep(outage);
    } finally {
      then.run();
    }
    return null;
  }

  private Void stop(Server server, List<Running> victims) throws InterruptedException {
    Instant time = Instant.now();
    if (!server.stop()) {
      tally.problem(server.name() + " did not stop on SIGTERM");
    }
    settle(FaultKind.STOP, time, victims);
    return null;
  }
}
