package dev.gradkeeper.service.postgres;

import dev.gradkeeper.service.startup.StartupRefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Who Postgres runs as. Postgres refuses to run as root, so a service that does hands it to an
 * unprivileged user, or, where no such user can reach the folder, to a user namespace in which root
 * is nobody.
 *
 * @param prefix of the command line
 * @param owner of the data folder; null: the user of this process
 */
record Account(List<String> prefix, UserPrincipal owner) {

  private static final List<String> USERS = List.of("postgres", "nobody");

  /**
   * @param cluster the folder that holds the data folder; its owner, if it exists, decides
   * @param probe a program that the account must be able to run
   */
  static Account choose(Path cluster, String probe) throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return new Account(List.of(), null);
    }
    List<String> users = Files.exists(cluster) ? List.of(Files.getOwner(cluster).getName()) : USERS;
    for (String user : users) {
      if (!user.equals("root") && exists(cluster, user)) {
        Account account =
            new Account(
                List.of("setpriv", "--reuid=" + user, "--regid=65534", "--clear-groups", "--"),
                principal(cluster, user));
        if (account.canReach(cluster, probe)) {
          return account;
        }
      }
    }
    Account namespace = new Account(List.of("unshare", "--user", "--"), null);
    if ((!Files.exists(cluster) || users.contains("root")) && namespace.canReach(cluster, probe)) {
      return namespace;
    }
    throw new StartupRefusedException(
        "PostgreSQL does not run as root, and no other user can be used for "
            + cluster
            + ": none of "
            + users
            + " can reach it with setpriv, and user namespaces are not to be had.",
        "Start the service as another user, put GRADKEEPER_HOME where the user 'postgres' or 'nobody'"
            + " can reach it, or set SPRING_DATASOURCE_URL to a PostgreSQL of your own.");
  }

  private boolean canReach(Path cluster, String program) {
    try {
      Process process =
          new ProcessBuilder(
                  command(
                      List.of(
                          "sh",
                          "-c",
                          "test -x \"$1\" && exec \"$2\" --version",
                          "sh",
                          cluster.getParent().toString(),
                          program)))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false; // no setpriv or unshare on this system
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  List<String> command(List<String> arguments) {
    return Stream.concat(prefix.stream(), arguments.stream()).toList();
  }

  /** Gives a file or folder to this account. */
  void own(Path path) throws IOException {
    if (owner != null) {
      Files.setOwner(path, owner);
    }
  }

  private static boolean exists(Path path, String user) throws IOException {
    return principal(path, user) != null;
  }

  private static UserPrincipal principal(Path path, String user) throws IOException {
    try {
      return path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user);
    } catch (UserPrincipalNotFoundException e) {
      return null;
    }
  }
}
