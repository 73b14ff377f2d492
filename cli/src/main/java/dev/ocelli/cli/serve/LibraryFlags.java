package dev.ocelli.cli.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Serving several models; names as of llama-server where it has them. */
final class LibraryFlags {
  @Option(
      names = "--models-dir",
      paramLabel = "DIR",
      description =
          "Serve all models in this folder and below it, each loaded when a request names it; several times for several folders.")
  List<Path> folders = new ArrayList<>();

  @Option(
      names = "--models-max",
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Models of --models-dir that are loaded at once; the one unused for longest makes room. 0: as many as the memory holds. Default: ${DEFAULT-VALUE}.")
  int most = 4;

  @Option(
      names = "--model-ttl",
      paramLabel = "S",
      defaultValue = "0",
      description =
          "Seconds after which a model of --models-dir that nobody uses is unloaded; 0: never. Default: ${DEFAULT-VALUE}.")
  int ttl;
}
