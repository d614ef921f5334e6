package dev.gradkeeper.engine.data;

/** Threads that do tasks together with their caller. */
public interface Helpers {
  /** The caller alone. */
  Helpers NONE =
      new Helpers() {
        @Override
        public int threads() {
          return 1;
        }

        @Override
        public void run(Runnable[] tasks) {
          for (Runnable task : tasks) {
            task.run();
          }
        }
      };

  /** How many there are, the caller's own among them. */
  int threads();

  /** Runs all tasks, in any order and at the same time; all are done when this returns. */
  void run(Runnable[] tasks);
}
