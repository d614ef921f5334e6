package dev.gradkeeper.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Submits jobs, to whichever server takes them. */
final class Submissions {

  /** A job that a server has taken. */
  record Submitted(String id, JobKind kind) {}

  private final String name;
  private final Collection<Server> servers;
  private final List<Submitted> jobs = Collections.synchronizedList(new ArrayList<>());
  private int keys;
  private volatile boolean enough;

  /**
   * @param name that no others have
   */
  Submissions(String name, Collection<Server> servers) {
    this.name = name;
    this.servers = servers;
  }

  /** All of them so far. */
  List<Submitted> jobs() {
    synchronized (jobs) {
      return List.copyOf(jobs);
    }
  }

  /** Returns when a server has taken it; once, however many were asked. */
  void submit(JobKind kind) throws InterruptedException {
    String key = name + "-" + keys++;
    while (true) {
      for (Server server : servers) {
        Optional<String> id =
            server.isRunning() ? server.api().submit(kind.spec(), key) : Optional.empty();
        if (id.isPresent()) {
          jobs.add(new Submitted(id.get(), kind));
          return;
        }
      }
      Thread.sleep(100);
    }
  }

  /** Sees to it, until there are enough, that so many jobs have not ended: each kind in turn. */
  void keepInFlight(int number, List<JobKind> kinds, Random random, Watch watch)
      throws InterruptedException {
    List<JobKind> turn = new ArrayList<>();
    while (!enough) {
      Await.holds(Server.LEASE, () -> enough || watch.unfinished() < number);
      if (!enough && watch.unfinished() < number) {
        if (turn.isEmpty()) {
          turn.addAll(kinds);
          Collections.shuffle(turn, random);
        }
        submit(turn.removeLast());
      }
    }
  }

  /** Ends {@link #keepInFlight}; a job that is being submitted still is. */
  void enough() {
    enough = true;
  }
}
