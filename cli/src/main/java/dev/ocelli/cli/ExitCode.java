package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;

/** The exit codes of the program; {@code --help} and docs/cli.md list the same. */
final class ExitCode {
  static final int OK = 0;
  static final int FAILED_CHECK = 1;
  static final int USAGE = 2;
  static final int MODEL = 3;
  static final int INPUT = 4;
  static final int CONTEXT = 5;
  static final int RESOURCE = 6;
  static final int INTERNAL = 70;
  static final int INTERRUPTED = 130;
  static final int CLOSED_OUTPUT = 141;

  private ExitCode() {}

  static int of(OcelliException.Kind kind) {
    return switch (kind) {
      case USAGE -> USAGE;
      case MODEL -> MODEL;
      case INPUT -> INPUT;
      case CONTEXT -> CONTEXT;
      case RESOURCE -> RESOURCE;
    };
  }
}
