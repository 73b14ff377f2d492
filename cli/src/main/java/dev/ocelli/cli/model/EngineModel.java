package dev.ocelli.cli.model;

import dev.ocelli.cli.console.PeakMemory;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.quality.TextWindows;
import dev.ocelli.engine.quantize.Requantization;
import dev.ocelli.engine.record.RecordWriter;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.LoadReport;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.runtime.Roofline;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.SamplingResolver;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A model that the engine has loaded. */
public final class EngineModel implements LoadedModel {
  private final Engine engine;
  private final double loadMillis;
  private final Set<Session> running = ConcurrentHashMap.newKeySet();

  EngineModel(Engine engine, double loadMillis) {
    this.engine = engine;
    this.loadMillis = loadMillis;
  }

  @Override
  public String name() {
    return engine.files().name();
  }

  @Override
  public int contextLength() {
    return engine.contextLength();
  }

  @Override
  public List<String> facts() {
    ModelFiles files = engine.files();
    Qwen3VlConfig.Text t = files.config().text();
    List<String> out = new ArrayList<>();
    out.add("model %s (%s)".formatted(files.name(), files.language().origin()));
    out.add(
        "language model: %d layers, width %d, %d query and %d key-value heads of %d, %d tokens, %s"
            .formatted(
                t.layers(),
                t.hidden(),
                t.heads(),
                t.kvHeads(),
                t.headDim(),
                t.vocabulary(),
                experts(t)));
    Qwen3VlConfig.Vision v = files.config().vision();
    out.add(
        v == null
            ? "no vision file: pictures cannot be looked at"
            : "vision tower: %d blocks, width %d, %d heads, DeepStack after blocks %s"
                .formatted(
                    v.depth(),
                    v.hidden(),
                    v.heads(),
                    java.util.Arrays.toString(v.deepstackBlocks())));
    out.add(
        "pictures: %d to %d pixels"
            .formatted(files.pictures().image().minPixels(), files.pictures().image().maxPixels()));
    out.add(
        "context %d tokens, %d threads (%d for prompts and pictures), keys and values %s"
            .formatted(
                engine.contextLength(),
                engine.threads(),
                engine.batchThreads(),
                engine.options().cacheType()));
    engine.adapters().list().forEach(a -> out.add("adapter " + line(a)));
    out.add(load());
    out.addAll(engine.kernels());
    return out;
  }

  /** An adapter in a line. */
  public static String line(Adapters.Entry a) {
    return "%d: %s, rank %d, scale %s (%s)"
        .formatted(a.id(), a.adapter().name(), a.adapter().rank(), a.scale(), a.adapter().file());
  }

  private String load() {
    LoadReport r = engine.loadReport();
    String line =
        String.format(
            Locale.ROOT,
            "load mode %s: %.0f MB of weights, %.0f MB packed, %.2f s, %.2f GB/s",
            r.mode().name().toLowerCase(Locale.ROOT)
                + (r.arithmetic().weights() == Requantization.OFF
                    ? ""
                    : ", requantized to " + r.arithmetic().weights()),
            r.fileBytes() / 1e6,
            r.packedBytes() / 1e6,
            r.seconds(),
            r.gigabytesPerSecond());
    long peak = PeakMemory.bytes();
    return peak == 0 ? line : line + String.format(Locale.ROOT, ", peak %.0f MB", peak / 1e6);
  }

  private static String experts(Qwen3VlConfig.Text t) {
    Qwen3VlConfig.Experts x = t.experts();
    return x == null ? "dense" : "%d experts, %d used".formatted(x.count(), x.used());
  }

  @Override
  public List<String> notes() {
    List<String> out = new ArrayList<>(engine.slowPaths());
    out.addAll(engine.files().text().ignoredSampling());
    LoadReport r = engine.loadReport();
    if (r.mode() == LoadMode.MLOCK && r.lockedBytes() < r.packedBytes()) {
      out.add(
          "--load-mode mlock: the system lets only %d of %d MB be locked, the rest may be swapped out; raise the limit (ulimit -l)"
              .formatted(r.lockedBytes() / 1_000_000, r.packedBytes() / 1_000_000));
    }
    return out;
  }

  @Override
  public List<String> cacheNotes() {
    engine.flushCaches();
    return engine.cacheNotices();
  }

  @Override
  public double loadMillis() {
    return loadMillis;
  }

  @Override
  public @Nullable LoadReport loadReport() {
    return engine.loadReport();
  }

  @Override
  public SamplingResolver.Layer fileSampling() {
    return engine.files().text().sampling();
  }

  @Override
  public Presets.Preset baseSampling() {
    return engine.thinking() ? Presets.OFFICIAL_THINKING : Presets.OFFICIAL_INSTRUCT;
  }

  @Override
  public String piece(int id) {
    return engine.tokenizer().piece(id);
  }

  @Override
  public byte[] bytes(int id) {
    return engine.tokenizer().vocabulary().bytes(id);
  }

  @Override
  public List<Reply.MediaUse> plan(Request request) {
    return engine.prepare(request).media().stream().map(m -> m.use(Reply.Origin.COMPUTED)).toList();
  }

  @Override
  public int promptTokens(Request request) {
    return engine.prepare(request).prompt().ids().length;
  }

  @Override
  public String record(Request request, Reply reply, boolean pictures) {
    Prepared prepared = engine.prepare(request);
    return RecordWriter.text(RecordWriter.write(engine, request, prepared, reply, pictures));
  }

  @Override
  public Card card() {
    return ModelCard.of(engine);
  }

  @Override
  public Perplexity perplexity(String words, Path origin, int windows) {
    TextWindows text = QualityText.windows(engine, words, origin, QualityText.CONTEXT, windows);
    try (Session session = engine.newSession()) {
      running.add(session);
      try {
        return Perplexity.of(engine, session, text, null, (done, total, value) -> {});
      } finally {
        running.remove(session);
      }
    }
  }

  @Override
  public Roofline roofline() {
    return engine.roofline();
  }

  @Override
  public Conversation converse() {
    return new EngineConversation(engine.newSession());
  }

  @Override
  public void cancel() {
    running.forEach(Session::cancel);
  }

  @Override
  public void close() {
    engine.close();
  }

  private final class EngineConversation implements Conversation {
    private final Session session;

    EngineConversation(Session session) {
      this.session = session;
    }

    @Override
    public Reply generate(Request request, ReplyListener listener) {
      running.add(session);
      try {
        return session.generate(request, listener);
      } finally {
        running.remove(session);
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }
}
