package dev.ocelli.cli.flags;

import picocli.CommandLine.Option;

/** Options that every command has. */
public final class CommonFlags {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-v", "--verbose"},
      description =
          "Say more on stderr: settings with their origin, facts about the model, slow paths.")
  public boolean verbose;

  @Option(
      names = {"-q", "--quiet"},
      description = "Say nothing on stderr but errors.")
  public boolean quiet;
}
