package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.media.video.VideoLimits;
import dev.ocelli.server.OcelliServer;
import dev.ocelli.server.ServerOptions;
import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.api.HistoryRule;
import dev.ocelli.server.batch.StateRules;
import dev.ocelli.server.http.HttpLimits;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.Origins;
import dev.ocelli.server.http.TlsFiles;
import dev.ocelli.server.media.MediaRules;
import dev.ocelli.server.work.ModelPool;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ocelli serve}: answers HTTP requests until it is interrupted. */
@Command(
    name = "serve",
    description =
        "Serves models over HTTP: the APIs of OpenAI, Anthropic, Ollama and llama-server. Without -m or --models-dir: the embedded nano model. Options and LLAMA_ARG_* variables as of llama-server.",
    customSynopsis =
        "ocelli serve [-m MODEL --mmproj MMPROJ | --models-dir DIR] [--host ADDRESS] [--port N] [OPTIONS]",
    sortOptions = false)
final class ServeCommand implements Callable<Integer> {
  private static final int MOST_KEY_BYTES = 1 << 20;

  /** Time that closing takes beyond the grace of requests. */
  private static final Duration CLOSING = Duration.ofSeconds(10);

  @Mixin CommonFlags common = new CommonFlags();
  @Mixin ServeFlags serveFlags = new ServeFlags();
  @Mixin LibraryFlags libraryFlags = new LibraryFlags();
  @Mixin ModelFlags modelFlags = new ModelFlags();
  @Mixin SamplingFlags samplingFlags = new SamplingFlags();

  private final Context context;
  private final Streams streams;

  ServeCommand(Context context) {
    this.context = context;
    this.streams = context.streams();
  }

  @Override
  public Integer call() {
    List<Layer> sampling = sampling();
    try (ServerLog log = ServerLog.open(serveFlags.accessLog, streams.err())) {
      CountDownLatch interrupted = new CountDownLatch(1);
      Duration grace = Duration.ofSeconds(serveFlags.grace);
      context.interrupts().cancelWith(interrupted::countDown, grace.plus(CLOSING));
      Progress progress = new Progress(streams, common.quiet);
      // Listening first: whoever waits for the model is told so, and a port in use is known early.
      try (Closing closing = new Closing()) {
        requireOneSource();
        OcelliServer server = OcelliServer.start(options(log));
        closing.server = server;
        if (libraryFlags.folders.isEmpty()) {
          say("listening on " + url(server.port()) + ", loading the model");
          new ModelSource(context, common.quiet).settle(modelFlags);
          Engine engine = EngineOpener.engine(modelFlags, true, progress, server::loading);
          closing.engine = engine;
          if (serveFlags.loraOff) {
            engine.adapters().scale(List.of());
          }
          server.serve(engine, name(engine), sampling);
          reportReady(engine);
        } else {
          say("listening on " + url(server.port()) + ", looking for models");
          ModelLibrary library = library();
          server.serve(library.offers(), limits(), sampling);
          reportReady(library);
        }
        interrupted.await();
        say("closing; running requests get %d s".formatted(serveFlags.grace));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return context.interrupts().interrupted() ? ExitCode.INTERRUPTED : ExitCode.OK;
  }

  /** Closes the server before the engine that it uses. */
  private static final class Closing implements AutoCloseable {
    @Nullable OcelliServer server;
    @Nullable Engine engine;

    @Override
    public void close() {
      if (server != null) {
        server.close();
      }
      if (engine != null) {
        engine.close();
      }
    }
  }

  /** What names one model cannot go with what names many; mistakes are found before listening. */
  private void requireOneSource() {
    new ModelSource(context, common.quiet).check(modelFlags);
    modelFlags.adapters.choices();
    if (libraryFlags.folders.isEmpty()) {
      return;
    }
    String other =
        modelFlags.model != null
            ? "-m"
            : modelFlags.source.given()
                ? "-hf, -ms or -mu"
                : modelFlags.mmproj != null
                    ? "--mmproj"
                    : serveFlags.alias != null
                        ? "--alias"
                        : modelFlags.chatTemplateFile != null
                            ? "--chat-template-file"
                            : modelFlags.adapters.given() ? "--lora" : null;
    if (other != null) {
      throw new OcelliException(
          Kind.USAGE,
          "%s is about one model and --models-dir serves many; leave one of them out"
              .formatted(other));
    }
    for (Path folder : libraryFlags.folders) {
      if (!Files.isDirectory(folder)) {
        throw new OcelliException(
            Kind.USAGE,
            "--models-dir %s: there is no such folder; name one with models".formatted(folder));
      }
    }
    require("--models-max", libraryFlags.most, 0, 10_000);
    require("--model-ttl", libraryFlags.ttl, 0, 1 << 30);
  }

  private ModelLibrary library() {
    return ModelLibrary.scan(
        libraryFlags.folders,
        EngineOpener.options(modelFlags),
        !modelFlags.noMmproj,
        serveFlags.parallel);
  }

  private ModelPool.Limits limits() {
    return new ModelPool.Limits(
        libraryFlags.most,
        libraryFlags.ttl == 0 ? null : Duration.ofSeconds(libraryFlags.ttl),
        serveFlags.parallel + serveFlags.queue,
        FreeMemory::bytes);
  }

  private String name(Engine engine) {
    return serveFlags.alias != null ? serveFlags.alias : engine.files().name();
  }

  private List<Layer> sampling() {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("flag", SamplingLayer.of(samplingFlags)));
    if (samplingFlags.preset != null) {
      layers.add(Layer.preset(Presets.named(samplingFlags.preset)));
    }
    return layers;
  }

  private void say(String line) {
    if (!common.quiet) {
      streams.err().println(line);
    }
  }

  private String url(int port) {
    String host = serveFlags.host.contains(":") ? "[" + serveFlags.host + "]" : serveFlags.host;
    return "%s://%s:%d".formatted(serveFlags.certificate == null ? "http" : "https", host, port);
  }

  private void reportReady(ModelLibrary library) {
    reportNotes();
    library.notes().forEach(n -> say("note: " + n));
    long usable = library.offers().stream().filter(o -> o.problem() == null).count();
    say(
        "ready: %s, loaded when requests name them, %d replies at once each"
            .formatted(usable == 1 ? "1 model" : usable + " models", serveFlags.parallel));
  }

  private void reportReady(Engine engine) {
    reportNotes();
    engine.adapters().list().forEach(a -> say("adapter " + EngineModel.line(a)));
    engine.slowPaths().forEach(n -> say("note: " + n));
    engine.files().text().ignoredSampling().forEach(n -> say("note: " + n));
    say(
        "ready: model %s, %d replies at once with %d tokens of context each"
            .formatted(name(engine), serveFlags.parallel, engine.contextLength()));
  }

  private void reportNotes() {
    modelFlags.withoutEffect().forEach(w -> say("note: no effect: " + w));
    serveFlags.withoutEffect().forEach(w -> say("note: no effect: " + w));
    LlamaServer.unknown(context.environment())
        .forEach(v -> say("note: no effect: " + v + ": this variable is not known here"));
    if (serveFlags.insecure) {
      say("note: --insecure: everybody who reaches this port may use the model");
    }
  }

  private ServerOptions options(ServerLog log) {
    ServeFlags f = serveFlags;
    int slots = f.parallel == -1 ? ServerOptions.Work.DEFAULT.slots() : f.parallel;
    require("--port", f.port, 0, 65535);
    require("--parallel", slots, 1, 256);
    require("--queue-size", f.queue, 0, 100_000);
    require("--timeout", f.timeout, 1, 86_400);
    require("--request-timeout", f.requestTimeout, 0, 86_400);
    require("--shutdown-grace", f.grace, 0, 86_400);
    require("--max-body", f.maxBody, 1, 1024);
    require("--max-file", f.maxFile, 1, 1 << 20);
    require("--state-max", f.stateMax, 1, 1 << 30);
    require("--image-min-tokens", f.minTokens, 0, 1 << 20);
    require("--image-max-tokens", f.maxTokens, 0, 1 << 20);
    serveFlags.parallel = slots;
    long body = (long) f.maxBody << 20;
    HttpLimits usual = HttpLimits.DEFAULT;
    return ServerOptions.onThisMachine(f.port)
        .address(new HttpListener.Address(f.host, f.port, tls()))
        .keys(keys())
        .insecure(f.insecure)
        .origins(new Origins(f.origins))
        .limits(
            new HttpLimits(
                body,
                Math.max(usual.bodiesBytes(), 2 * body),
                usual.headerBytes(),
                usual.connections(),
                Duration.ofSeconds(f.timeout),
                usual.bytesPerSecond()))
        .videos(new VideoFile(Videos.tools(context.environment()), VideoLimits.DEFAULT))
        .work(
            new ServerOptions.Work(
                slots,
                f.queue,
                Duration.ofSeconds(f.requestTimeout),
                ServerOptions.Work.DEFAULT.ping(),
                Duration.ofSeconds(f.grace)))
        .media(media())
        .exposed(new ServerOptions.Exposed(f.slots, f.metrics, f.page))
        .history(HistoryRule.parse(f.history))
        .state(state())
        .adapterFolder(adapterFolder())
        .observer(log)
        .build();
  }

  private @Nullable StateRules state() {
    Path folder = serveFlags.stateDir;
    return folder == null
        ? null
        : new StateRules(folder, (long) serveFlags.maxFile << 20, (long) serveFlags.stateMax << 20);
  }

  private static void require(String flag, int value, int min, int max) {
    if (value < min || value > max) {
      throw new OcelliException(
          Kind.USAGE, "%s is %d; it must be between %d and %d".formatted(flag, value, min, max));
    }
  }

  private @Nullable TlsFiles tls() {
    Path certificate = serveFlags.certificate;
    Path key = serveFlags.key;
    if (certificate == null && key == null) {
      return null;
    }
    if (certificate == null || key == null) {
      throw new OcelliException(
          Kind.USAGE, "TLS needs both --ssl-cert-file and --ssl-key-file; give the other one, too");
    }
    return new TlsFiles(certificate, key);
  }

  private ApiKeys keys() {
    List<String> given = serveFlags.apiKeys.stream().filter(k -> !k.isBlank()).toList();
    ApiKeys keys = ApiKeys.of(given);
    Path file = serveFlags.apiKeyFile;
    return file == null
        ? keys
        : keys.and(
            ApiKeys.parse(InputFiles.text(file, "API keys", MOST_KEY_BYTES), file.toString()));
  }

  private @Nullable Path adapterFolder() {
    Path folder = serveFlags.loraDir;
    if (folder != null && !Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.USAGE, "--lora-dir %s is not a folder; name one with adapters".formatted(folder));
    }
    return folder;
  }

  private MediaRules media() {
    Path folder = serveFlags.mediaPath;
    if (folder != null && !Files.isDirectory(folder)) {
      throw new OcelliException(
          Kind.USAGE, "--media-path %s is not a folder; name one with pictures".formatted(folder));
    }
    MediaRules usual = MediaRules.DEFAULT;
    return new MediaRules(
        folder,
        serveFlags.domains,
        usual.downloadBytes(),
        usual.downloadTime(),
        DecodeLimits.DEFAULT,
        new MediaRules.TokenRange(serveFlags.minTokens, serveFlags.maxTokens));
  }
}
