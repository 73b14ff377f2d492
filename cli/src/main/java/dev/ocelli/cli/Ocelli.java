package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** The command itself; it only has subcommands. */
@Command(
    name = "ocelli",
    description = "Runs Qwen3-VL vision-language models on this machine.",
    versionProvider = Ocelli.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    footer = {
      "",
      "Try:  ocelli describe examples/heart-diamond-circle.png",
      "      ocelli run -m MODEL.gguf --mmproj MMPROJ.gguf --image A.jpg -p TEXT",
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:all went well",
      "1:a check failed (selftest, eval --min-share, verify)",
      "2:wrong usage: an option or argument is missing, unknown or out of range",
      "3:a model file cannot be used",
      "4:a picture, clip, prompt file or other input cannot be used",
      "5:the prompt does not fit into the context",
      "6:memory, disk, Java or another resource of the machine does not suffice",
      "70:an error of the program itself",
      "130:interrupted (Ctrl-C); what was written until then is printed",
      "141:the reader of standard output went away",
    })
final class Ocelli implements Runnable {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help, or a command's with 'ocelli COMMAND --help'.")
  private boolean help;

  @Option(names = "--version", versionHelp = true, description = "Show the version.")
  private boolean version;

  @Override
  public void run() {
    throw new OcelliException(
        OcelliException.Kind.USAGE, "no command is given; see 'ocelli --help' for the commands");
  }

  /** The version of the jar and of the Java that runs it. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String own = Ocelli.class.getPackage().getImplementationVersion();
      return new String[] {
        "ocelli %s (Java %s, %s %s)"
            .formatted(
                own == null ? "development" : own,
                Runtime.version().feature(),
                System.getProperty("os.name"),
                System.getProperty("os.arch"))
      };
    }
  }
}
