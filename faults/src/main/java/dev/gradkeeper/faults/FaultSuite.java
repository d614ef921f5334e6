package dev.gradkeeper.faults;

import dev.gradkeeper.faults.Submissions.Submitted;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * Trains one job of each kind undisturbed; then jobs of all kinds, on several servers that share a
 * database, while faults strike; then compares to the bit.
 */
final class FaultSuite implements AutoCloseable {

  private static final Duration START_LIMIT = Duration.ofMinutes(3);
  private static final Duration ANSWER_LIMIT = Duration.ofMinutes(1);

  /** Jobs that wait while all slots are taken, so that a slot is never idle. */
  private static final int WAITING = 2;

  private final Options options;
  private final ServiceProgram program;
  private final Path images;
  private final Random random;
  private final String key;
  private final Path folder;
  private final Tally tally = new Tally();
  private final Deque<AutoCloseable> parts = new ArrayDeque<>();

  /**
   * @param repository has the sample of images
   */
  FaultSuite(Options options, ServiceProgram program, Path repository) throws IOException {
    this.options = options;
    this.program = program;
    this.images = repository.resolve("examples/data/cifar10-sample.zip");
    this.random = new Random(options.seed());
    this.key = "fault-suite-" + new BigInteger(128, random).toString(36);
    // Postgres runs as another user where this one is root.
    this.folder =
        Files.createTempDirectory(
            "gradkeeper-faults",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** Where the logs are. */
  Path folder() {
    return folder;
  }

  Report run() throws InterruptedException, ExecutionException, IOException, SQLException {
    Instant start = Instant.now();
    Instant end = start.plus(options.limit());
    Server origin =
        open(
            new Server(
                "undisturbed",
                folder,
                program,
                key,
                Map.of("GRADKEEPER_POSTGRES_PORT", Integer.toString(Ports.free()))));
    awaitReady(origin);
    Database database = open(new Database(origin.home(), folder));
    database.recordCommitTimes();
    awaitReady(origin);
    Session session = open(new Session(database));
    Watch watch = new Watch(session);
    List<JobKind> kinds = JobKind.draw(random, options.length(), upload(origin));
    Map<JobKind, Outcome> undisturbed = trainUndisturbed(origin, kinds, watch, session, end);
    origin.close();
    Duration undisturbedTime = Duration.between(start, Instant.now());
    System.out.println("undisturbed jobs trained in " + undisturbedTime.toSeconds() + " s");

    Map<Server, DatabaseProxy> servers = startServers(database);
    Submissions submissions = new Submissions("disturbed", servers.keySet());
    Random order = new Random(random.nextLong());
    Watch queue = new Watch(open(new Session(database)));
    try (ExecutorService background = Executors.newVirtualThreadPerTaskExecutor()) {
      int inFlight = options.servers() * options.slots() + WAITING;
      Future<Void> submitter =
          background.submit(
              () -> {
                submissions.keepInFlight(inFlight, kinds, order, queue);
                return null;
              });
      try {
        new Campaign(options, random, database, servers, watch, tally).run(end);
      } finally {
        submissions.enough();
      }
      submitter.get();
    }
    System.out.println(tally.progress(options.wanted()) + "; waiting for the jobs to end");
    awaitEnd(watch, end);
    return new Report(
        options,
        tally,
        servers.keySet(),
        verify(submissions.jobs(), undisturbed, servers.keySet(), watch, session),
        undisturbedTime,
        Duration.between(start, Instant.now()));
  }

  private void awaitReady(Server server) throws InterruptedException {
    if (!server.awaitReady(START_LIMIT)) {
      throw new IllegalStateException("the service did not start, see " + folder);
    }
  }

  private String upload(Server server) throws InterruptedException, IOException {
    return server
        .api()
        .upload(images, "cifar10-sample")
        .orElseThrow(() -> new IllegalStateException("the upload failed, see " + folder));
  }

  private void awaitEnd(Watch watch, Instant end) throws InterruptedException {
    if (!Await.holds(Duration.between(Instant.now(), end), () -> watch.unfinished() == 0)) {
      tally.problem(watch.unfinished() + " jobs had not ended when the time was up");
    }
  }

  private Map<JobKind, Outcome> trainUndisturbed(
      Server server, List<JobKind> kinds, Watch watch, Session session, Instant end)
      throws InterruptedException {
    Submissions submissions = new Submissions("undisturbed", List.of(server));
    for (JobKind kind : kinds) {
      submissions.submit(kind);
    }
    awaitEnd(watch, end);
    Map<JobKind, Outcome> outcomes = new LinkedHashMap<>();
    for (Submitted job : submissions.jobs()) {
      Outcome outcome = outcome(job, List.of(server), session);
      if (!outcome.state().startsWith("succeeded") || !outcome.hasEachStepOnce()) {
        tally.problem(job.kind().name() + ", undisturbed: " + outcome.state());
      }
      outcomes.put(job.kind(), outcome);
    }
    return outcomes;
  }

  private Map<Server, DatabaseProxy> startServers(Database database) {
    Map<Server, DatabaseProxy> servers = new LinkedHashMap<>();
    for (int i = 1; i <= options.servers(); i++) {
      DatabaseProxy proxy = open(new DatabaseProxy(database.port()));
      Map<String, String> settings =
          Map.of(
              "GRADKEEPER_WORKER_WARMUP",
              "false",
              "SPRING_DATASOURCE_URL",
              "jdbc:postgresql://127.0.0.1:" + proxy.port() + "/gradkeeper",
              "SPRING_DATASOURCE_USERNAME",
              database.user(),
              "SPRING_DATASOURCE_PASSWORD",
              database.password(),
              "GRADKEEPER_WORKER_SLOTS",
              Integer.toString(options.slots()),
              "GRADKEEPER_WORKER_LEASE",
              Server.LEASE.toSeconds() + "s",
              "GRADKEEPER_WORKER_POLL",
              "100ms",
              "GRADKEEPER_WORKER_HOUSEKEEPING",
              "500ms",
              "GRADKEEPER_WORKER_BACKOFF",
              "0s",
              "GRADKEEPER_METRICS_FLUSHINTERVAL",
              "100ms");
      servers.put(open(new Server("server-" + i, folder, program, key, settings)), proxy);
    }
    return servers;
  }

  private List<Verdict> verify(
      List<Submitted> jobs,
      Map<JobKind, Outcome> undisturbed,
      Collection<Server> servers,
      Watch watch,
      Session session)
      throws InterruptedException {
    session.ask(Attempts::problems).forEach(tally::problem);
    int expected = undisturbed.size() + jobs.size();
    if (watch.jobs() != expected) {
      tally.problem("%d jobs were submitted, there are %d".formatted(expected, watch.jobs()));
    }
    List<Verdict> verdicts = new ArrayList<>();
    for (Submitted job : jobs) {
      Outcome outcome = outcome(job, servers, session);
      Optional<String> difference =
          outcome.hasEachStepOnce()
              ? outcome.differenceFrom(undisturbed.get(job.kind()))
              : Optional.of("steps are missing, or there twice: " + outcome.state());
      difference.ifPresent(
          what -> tally.problem("%s (%s): %s".formatted(job.id(), job.kind().name(), what)));
      verdicts.add(
          new Verdict(
              job,
              tally.hits(job.id()),
              session.ask(connection -> Attempts.of(connection, job.id())),
              outcome.steps().size(),
              difference.isEmpty()));
    }
    return verdicts;
  }

  private Outcome outcome(Submitted job, Collection<Server> servers, Session session)
      throws InterruptedException {
    List<String> model = new ArrayList<>();
    Await.holds(
        ANSWER_LIMIT,
        () -> {
          for (Server server : servers) {
            server
                .api()
                .artifact(job.id(), "model.safetensors")
                .map(FaultSuite::sha256)
                .ifPresent(model::add);
          }
          return !model.isEmpty();
        });
    String hash = model.isEmpty() ? "no model" : model.getFirst();
    return session.ask(connection -> Outcome.of(connection, job.id(), hash));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private synchronized <T extends AutoCloseable> T open(T part) {
    parts.push(part);
    return part;
  }

  /** Ends everything that was started; its files stay. */
  @Override
  public synchronized void close() {
    while (!parts.isEmpty()) {
      try {
        parts.pop().close();
      } catch (Exception e) {
        System.err.println("could not be ended: " + e);
      }
    }
  }

  /** Removes logs and data. */
  void deleteFiles() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
