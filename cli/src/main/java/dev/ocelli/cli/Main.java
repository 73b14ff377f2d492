package dev.ocelli.cli;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.media.FileMediaOpener;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import java.util.Locale;

/** The entry of the program on a JVM that has the right options. */
public final class Main {
  /** Threads that virtual threads share, beyond the number of processors. */
  private static final int MORE_CARRIERS = 6;

  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    shareProcessors();
    Interrupts interrupts = Interrupts.install();
    Context context =
        new Context(
            Streams.standard(),
            interrupts,
            new EngineOpener(),
            new FileMediaOpener(),
            System.getenv());
    String debug = System.getenv("OCELLI_DEBUG");
    int code = new CommandRunner(context, debug != null && !debug.isEmpty()).run(args);
    interrupts.finish();
    System.exit(code);
  }

  /**
   * Has the operating system divide the processors among virtual threads: one that reads a large
   * request would otherwise keep those that send tokens waiting until it is done.
   */
  private static void shareProcessors() {
    String property = "jdk.virtualThreadScheduler.parallelism";
    if (System.getProperty(property) == null) {
      int carriers = Runtime.getRuntime().availableProcessors() + MORE_CARRIERS;
      System.setProperty(property, Integer.toString(carriers));
    }
  }
}
