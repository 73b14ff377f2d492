package dev.ocelli.cli.serve;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How the server listens and whom it answers; names as of llama-server. */
final class ServeFlags {
  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description = "Address to listen on; 0.0.0.0 is all. Default: ${DEFAULT-VALUE}.")
  String host = "127.0.0.1";

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port to listen on; 0 takes any free one. Default: $PORT, or ${DEFAULT-VALUE}.")
  int port;

  @Option(
      names = {"-a", "--alias"},
      paramLabel = "NAME",
      description = "What clients call the model. Default: its own name.")
  @Nullable String alias;

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      defaultValue = "4",
      description =
          "Replies made at once, each with a context of -c tokens. Default: ${DEFAULT-VALUE}.")
  int parallel;

  @Option(
      names = "--queue-size",
      paramLabel = "N",
      defaultValue = "64",
      description = "Requests that may wait; more get 429. Default: ${DEFAULT-VALUE}.")
  int queue;

  @Option(
      names = "--api-key",
      paramLabel = "KEY",
      split = ",",
      description = "A key that clients must send; several with commas or several times.")
  List<String> apiKeys = new ArrayList<>();

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "Keys, one a line: KEY, or NAME sha256:HEX [requests/minute=N] [tokens/minute=N] [tokens/day=N].")
  @Nullable Path apiKeyFile;

  @Option(names = "--insecure", description = "Answer other machines without a key.")
  boolean insecure;

  @Option(
      names = "--cors-origins",
      paramLabel = "ORIGIN",
      split = ",",
      description = "Web pages that may use the server, beside those of this machine; '*' for all.")
  List<String> origins = new ArrayList<>();

  @Option(
      names = "--ssl-cert-file",
      paramLabel = "FILE",
      description = "TLS: certificate chain in PEM.")
  @Nullable Path certificate;

  @Option(
      names = "--ssl-key-file",
      paramLabel = "FILE",
      description = "TLS: private key in PEM (PKCS #8).")
  @Nullable Path key;

  @Option(
      names = {"-to", "--timeout"},
      paramLabel = "S",
      defaultValue = "60",
      description =
          "Seconds after which a connection is closed that neither sends nor takes anything. Default: ${DEFAULT-VALUE}.")
  int timeout;

  @Option(
      names = "--request-timeout",
      paramLabel = "S",
      defaultValue = "0",
      description = "Longest time of a request in seconds; 0 is none. Default: ${DEFAULT-VALUE}.")
  int requestTimeout;

  @Option(
      names = "--shutdown-grace",
      paramLabel = "S",
      defaultValue = "30",
      description = "Seconds that running requests get at the end. Default: ${DEFAULT-VALUE}.")
  int grace;

  @Option(
      names = "--max-body",
      paramLabel = "MIB",
      defaultValue = "128",
      description = "Largest request in MiB, pictures included. Default: ${DEFAULT-VALUE}.")
  int maxBody;

  @Option(
      names = "--media-path",
      paramLabel = "DIR",
      description = "Folder whose pictures requests may name with file://. Default: none.")
  @Nullable Path mediaPath;

  @Option(
      names = "--lora-init-without-apply",
      description = "Load the adapters of --lora, but give them to replies only that ask for them.")
  boolean loraOff;

  @Option(
      names = "--lora-dir",
      paramLabel = "DIR",
      description =
          "Folder whose LoRA adapters requests may load (/v1/load_lora_adapter). Default: none.")
  @Nullable Path loraDir;

  @Option(
      names = "--allowed-media-domains",
      paramLabel = "HOST",
      split = ",",
      description =
          "Hosts that pictures may be downloaded from, with those below them; '*' for all of the public internet. Default: none.")
  List<String> domains = new ArrayList<>();

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description =
          "Folder for /v1/files and /v1/batches, which goes on with them after a restart. Default: none.")
  @Nullable Path stateDir;

  @Option(
      names = "--max-file",
      paramLabel = "MIB",
      defaultValue = "512",
      description = "Largest file of /v1/files in MiB. Default: ${DEFAULT-VALUE}.")
  int maxFile;

  @Option(
      names = "--state-max",
      paramLabel = "MIB",
      defaultValue = "10240",
      description = "Most MiB of all files of one API key. Default: ${DEFAULT-VALUE}.")
  int stateMax;

  @Option(
      names = "--image-min-tokens",
      paramLabel = "N",
      description = "Enlarge smaller pictures to about N tokens. Default: the model's own.")
  int minTokens;

  @Option(
      names = "--image-max-tokens",
      paramLabel = "N",
      description = "Shrink larger pictures to about N tokens. Default: the model's own.")
  int maxTokens;

  @Option(
      names = "--history",
      paramLabel = "RULE",
      defaultValue = "error",
      description =
          "Conversations that outgrow the context: error (a 400 with the numbers), sliding (whole oldest turns leave), or sliding:TURNS (so many stay at most). Requests may say otherwise. Default: ${DEFAULT-VALUE}.")
  String history = "error";

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description =
          "Append a line of JSON for every request, without its content; '-' is standard error.")
  @Nullable String accessLog;

  @Option(
      names = "--slots",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Answer /slots. Default: yes.")
  boolean slots;

  @Option(
      names = "--metrics",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Answer /metrics. Default: yes.")
  boolean metrics;

  @Option(
      names = {"--webui", "--ui"},
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Show a page for people at /. Default: yes.")
  boolean page;

  private final List<String> withoutEffect = new ArrayList<>();

  @Option(
      names = {
        "--props",
        "-cb",
        "--cont-batching",
        "--cache-prompt",
        "--embedding",
        "--embeddings"
      },
      hidden = true)
  void always(boolean value) {
    withoutEffect.add(
        "--props, --cont-batching, --cache-prompt, --embeddings: it is so in any case");
  }

  @Option(
      names = {"--threads-http", "-sps", "--slot-prompt-similarity", "--cache-reuse"},
      hidden = true)
  void unneeded(String value) {
    withoutEffect.add(
        "--threads-http, --slot-prompt-similarity, --cache-reuse: nothing has to be set for it");
  }

  /** Options of llama-server that were given and change nothing here, with the reason. */
  List<String> withoutEffect() {
    return withoutEffect;
  }
}
