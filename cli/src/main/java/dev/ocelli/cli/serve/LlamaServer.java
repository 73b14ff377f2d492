package dev.ocelli.cli.serve;

import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/** What people know from llama-server: its environment variables, and options that are not here. */
public final class LlamaServer {
  private static final String PREFIX = "LLAMA_ARG_";

  /** Options by the variable that stands for them; llama-server's names. */
  private static final Map<String, String> VARIABLES =
      Map.ofEntries(
          Map.entry("LLAMA_API_KEY", "--api-key"),
          Map.entry("LLAMA_ARG_MODEL", "--model"),
          Map.entry("LLAMA_ARG_MMPROJ", "--mmproj"),
          Map.entry("LLAMA_ARG_HF_REPO", "--hf-repo"),
          Map.entry("LLAMA_ARG_HF_FILE", "--hf-file"),
          Map.entry("LLAMA_ARG_MODEL_URL", "--model-url"),
          Map.entry("LLAMA_ARG_OFFLINE", "--offline"),
          Map.entry("LLAMA_ARG_HOST", "--host"),
          Map.entry("LLAMA_ARG_PORT", "--port"),
          Map.entry("LLAMA_ARG_ALIAS", "--alias"),
          Map.entry("LLAMA_ARG_CTX_SIZE", "--ctx-size"),
          Map.entry("LLAMA_ARG_BATCH", "--chunk"),
          Map.entry("LLAMA_ARG_THREADS", "--threads"),
          Map.entry("LLAMA_ARG_THREADS_BATCH", "--threads-batch"),
          Map.entry("LLAMA_ARG_N_GPU_LAYERS", "--n-gpu-layers"),
          Map.entry("LLAMA_ARG_N_PARALLEL", "--parallel"),
          Map.entry("LLAMA_ARG_N_PREDICT", "--predict"),
          Map.entry("LLAMA_ARG_TIMEOUT", "--timeout"),
          Map.entry("LLAMA_ARG_SSL_KEY_FILE", "--ssl-key-file"),
          Map.entry("LLAMA_ARG_SSL_CERT_FILE", "--ssl-cert-file"),
          Map.entry("LLAMA_ARG_CACHE_TYPE_K", "--cache-type-k"),
          Map.entry("LLAMA_ARG_CACHE_TYPE_V", "--cache-type-v"),
          Map.entry("LLAMA_ARG_CHAT_TEMPLATE_FILE", "--chat-template-file"),
          Map.entry("LLAMA_ARG_ENDPOINT_SLOTS", "--slots"),
          Map.entry("LLAMA_ARG_ENDPOINT_METRICS", "--metrics"),
          Map.entry("LLAMA_ARG_WEBUI", "--webui"),
          Map.entry("LLAMA_ARG_IMAGE_MIN_TOKENS", "--image-min-tokens"),
          Map.entry("LLAMA_ARG_IMAGE_MAX_TOKENS", "--image-max-tokens"),
          Map.entry("LLAMA_ARG_DRAFT_MAX", "--draft-max"),
          Map.entry("LLAMA_ARG_CACHE_RAM", "--cache-ram"),
          Map.entry("LLAMA_ARG_MODELS_DIR", "--models-dir"),
          Map.entry("LLAMA_ARG_MODELS_MAX", "--models-max"),
          Map.entry("LLAMA_ARG_MEDIA_PATH", "--media-path"));

  private static final Map<String, String> ELSEWHERE =
      Map.ofEntries(
          Map.entry("--control-vector", "control vectors are not read"),
          Map.entry("-mmu", "give the file with --mmproj; -hf fetches both"),
          Map.entry("--mmproj-url", "give the file with --mmproj; -hf fetches both"),
          Map.entry("-md", "repetitions are guessed without a second model; see --draft-max"),
          Map.entry(
              "--model-draft", "repetitions are guessed without a second model; see --draft-max"),
          Map.entry("--reranking", "this model does not rank"),
          Map.entry("--rerank", "this model does not rank"),
          Map.entry("--pooling", "give it with the request: pooling is mean or last"),
          Map.entry("--slot-save-path", "slots are not written to files"),
          Map.entry("--chat-template", "give the template's file with --chat-template-file"),
          Map.entry("--grammar", "give it with the request"),
          Map.entry("--grammar-file", "give it with the request"),
          Map.entry("-j", "give it with the request as response_format"),
          Map.entry("--json-schema", "give it with the request as response_format"),
          Map.entry("--mirostat", "use --top-p or --min-p"),
          Map.entry("--xtc-probability", "use --min-p"),
          Map.entry("--dynatemp-range", "use --temp"),
          Map.entry("--samplers", "the order of the samplers is fixed"),
          Map.entry("--rope-scaling", "the model's own position encoding is used"),
          Map.entry("--rope-freq-base", "the model's own position encoding is used"),
          Map.entry("--rope-freq-scale", "the model's own position encoding is used"),
          Map.entry("--yarn-orig-ctx", "the model's own position encoding is used"),
          Map.entry("--rpc", "everything is computed on this machine"),
          Map.entry("-dev", "everything is computed on the CPU"),
          Map.entry("--device", "everything is computed on the CPU"),
          Map.entry("-sm", "everything is computed on the CPU"),
          Map.entry("--split-mode", "everything is computed on the CPU"),
          Map.entry("-ts", "everything is computed on the CPU"),
          Map.entry("--tensor-split", "everything is computed on the CPU"),
          Map.entry("-mg", "everything is computed on the CPU"),
          Map.entry("--main-gpu", "everything is computed on the CPU"),
          Map.entry("--path", "no files are served; put a web server before this one"),
          Map.entry("--api-prefix", "put a web server before this one"),
          Map.entry("--log-file", "use --access-log for requests; reports go to standard error"),
          Map.entry(
              "--context-shift",
              "a reply ends where the context is full; --history sliding drops old turns before it"),
          Map.entry("--models-preset", "all models of --models-dir have the same options"),
          Map.entry("--reasoning-format", "reasoning is always given apart, as reasoning_content"),
          Map.entry(
              "--reasoning-budget", "reasoning is not limited by this version; use --predict"));

  private LlamaServer() {}

  /** What to use in the place of an option that is not here, or null when nobody knows it. */
  public static @Nullable String instead(String option) {
    int equals = option.indexOf('=');
    return ELSEWHERE.get(equals < 0 ? option : option.substring(0, equals));
  }

  /** Takes from the environment what the command line does not say. */
  public static IDefaultValueProvider defaults(Map<String, String> environment) {
    return arg -> arg instanceof OptionSpec option ? value(option, environment) : null;
  }

  private static @Nullable String value(OptionSpec option, Map<String, String> environment) {
    for (Map.Entry<String, String> e : VARIABLES.entrySet()) {
      String value = environment.get(e.getKey());
      if (java.util.List.of(option.names()).contains(e.getValue())
          && value != null
          && !value.isEmpty()) {
        return truth(option, value);
      }
    }
    String port = environment.get("PORT");
    boolean wanted = port != null && !port.isEmpty() && option.longestName().equals("--port");
    return wanted ? port : null;
  }

  /** llama.cpp's words for yes and no. */
  private static String truth(ArgSpec option, String value) {
    if (option.type() != boolean.class) {
      return value;
    }
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "1", "on", "enabled", "true" -> "true";
      case "0", "off", "disabled", "false" -> "false";
      default -> value;
    };
  }

  /** Variables that look as if they should do something and do not. */
  static Iterable<String> unknown(Map<String, String> environment) {
    TreeSet<String> out = new TreeSet<>();
    for (String name : environment.keySet()) {
      if (name.startsWith(PREFIX) && !VARIABLES.containsKey(name)) {
        out.add(name);
      }
    }
    return out;
  }
}
