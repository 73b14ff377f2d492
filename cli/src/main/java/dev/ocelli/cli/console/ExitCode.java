package dev.ocelli.cli.console;

import dev.ocelli.engine.OcelliException;

/** The exit codes of the program; {@code --help} and docs/cli.md list the same. */
public final class ExitCode {
  public static final int OK = 0;
  public static final int FAILED_CHECK = 1;
  public static final int USAGE = 2;
  public static final int MODEL = 3;
  public static final int INPUT = 4;
  public static final int CONTEXT = 5;
  public static final int RESOURCE = 6;
  public static final int INTERNAL = 70;
  public static final int INTERRUPTED = 130;
  public static final int CLOSED_OUTPUT = 141;

  private ExitCode() {}

  public static int of(OcelliException.Kind kind) {
    return switch (kind) {
      case USAGE -> USAGE;
      case MODEL -> MODEL;
      case INPUT -> INPUT;
      case CONTEXT -> CONTEXT;
      case RESOURCE -> RESOURCE;
    };
  }
}
