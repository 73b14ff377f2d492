package dev.ocelli.cli;

import java.util.Locale;

/** The entry of the program on a JVM that has the right options. */
public final class Main {
  private Main() {}

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
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
}
