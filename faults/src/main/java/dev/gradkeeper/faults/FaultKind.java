package dev.gradkeeper.faults;

/** What can happen to a server, its database, and what is between them. */
enum FaultKind {
  /** SIGKILL of a server; it is started again, as by a service manager. */
  KILL("kills", "server killed (SIGKILL)"),
  /** SIGSTOP until its jobs have been taken from it, then SIGCONT. */
  FREEZE("freezes", "server frozen beyond its lease (SIGSTOP)"),
  /** SIGKILL of all of Postgres, an immediate stop, or a restart that ends all sessions. */
  DATABASE_RESTART("database-restarts", "database restarted (SIGKILL, immediate, fast)"),
  /**
   * Connections of one server to the database reset, refused for a while, or silent for a while.
   */
  CUT("cuts", "connections cut (reset, refused, silent)"),
  /** SIGTERM of a server. */
  STOP("stops", "server stopped (SIGTERM)");

  private final String option;
  private final String title;

  FaultKind(String option, String title) {
    this.option = option;
    this.title = title;
  }

  /** Its name on the command line, without dashes. */
  String option() {
    return option;
  }

  String title() {
    return title;
  }
}
