package dev.ocelli.engine.kernels;

/**
 * A team of threads that shares the tasks of one operation.
 *
 * <p>The caller takes part. Tasks are handed out by a shared counter, so a slow thread takes fewer.
 * Results must not depend on which thread runs a task: every task writes its own part of the
 * output.
 */
public interface Workers extends AutoCloseable {

  /** Part of an operation. Reusable objects avoid garbage in the token loop. */
  interface Task {
    /**
     * Does part {@code index} of the operation; {@code worker} is in 0..threads-1 and selects
     * per-thread scratch.
     */
    void run(int index, int worker);
  }

  /** The number of threads, the caller included. */
  int threads();

  /** Runs tasks 0..count-1 and returns when all are done; an exception of a task is thrown here. */
  void run(int count, Task task);

  @Override
  void close();

  /** The caller alone. */
  static Workers single() {
    return new Workers() {
      @Override
      public int threads() {
        return 1;
      }

      @Override
      public void run(int count, Task task) {
        for (int i = 0; i < count; i++) {
          task.run(i, 0);
        }
      }

      @Override
      public void close() {}
    };
  }
}
