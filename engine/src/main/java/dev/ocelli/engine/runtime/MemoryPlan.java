package dev.ocelli.engine.runtime;

import dev.ocelli.engine.kernels.Compute;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.Peaks;
import dev.ocelli.engine.kernels.WeightConversion;
import dev.ocelli.engine.kernels.WeightMeter;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.lora.AdapterFile;
import dev.ocelli.engine.lora.AdapterMatrices;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlText;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlVision;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlWeights;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.ImageSize;
import java.lang.foreign.Arena;

/**
 * What a model would take and do on this machine, known from its files' headers: nothing is loaded.
 * The one source of these numbers, for reports and for those who refuse what does not fit.
 *
 * <p>{@code bench/memory.mjs} compares them with what processes really take.
 */
public final class MemoryPlan {
  /** Virtual machine, classes, compiled code and threads: measured with a model of next to none. */
  private static final long PROGRAM = 110L << 20;

  /** Strings, maps and tables for an entry of the vocabulary: measured. */
  private static final long VOCABULARY_ENTRY = 440;

  /** Bytes on the heap for a pixel of a picture that is decoded and resized: an estimate. */
  private static final int DECODED_PIXEL = 9;

  /** What the system maps of a file around a place that is read. */
  private static final long MAPPED_AROUND = 64 << 10;

  private final ModelFiles files;
  private final EngineOptions options;
  private final KernelChoice kernels;
  private final KvLayout layout;
  private final Model model;
  private final long weights;
  private final long adapters;
  private final long mappedLanguage;
  private final long mappedVision;

  private MemoryPlan(ModelFiles files, EngineOptions options, KernelChoice kernels) {
    this.files = files;
    this.options = options;
    this.kernels = kernels;
    this.layout = ModelRunner.kvLayout(files.config().text(), options.cacheType());
    WeightMeter language =
        new WeightMeter(kernels.language(), options.loadMode(), options.requantization());
    WeightMeter vision =
        new WeightMeter(kernels.vision(), options.loadMode(), WeightConversion.NONE);
    try (Arena arena = Arena.ofConfined()) {
      model = ModelLoader.load(files, language, vision, arena, ModelLoader.Progress.NONE);
    }
    Qwen3VlWeights.Vision tower = model.visionWeights();
    // Its two halves in the file are joined to one.
    long patchEmbed =
        tower == null
            ? 0
            : tower.patchEmbed().weight().type().bytes(tower.patchEmbed().weight().columns())
                * tower.patchEmbed().weight().rows();
    weights =
        language.packedBytes()
            + vision.packedBytes()
            + language.tableBytes()
            + vision.tableBytes()
            + patchEmbed;
    long added = 0;
    for (EngineOptions.AdapterChoice a : options.adapters()) {
      try (AdapterFile file = AdapterFile.open(a.file())) {
        requireFit(file);
        added += adapterBytes(file);
      }
    }
    adapters = added;
    mappedLanguage = language.mappedBytes();
    mappedVision = vision.mappedBytes();
  }

  /**
   * Plans for given files.
   *
   * @param files stay open and are not closed
   * @throws dev.ocelli.engine.OcelliException as {@link Engine#open}, but for what lies in weights
   */
  public static MemoryPlan of(ModelFiles files, EngineOptions options) {
    return of(files, options, KernelChoice.of(options));
  }

  static MemoryPlan of(ModelFiles files, EngineOptions options, KernelChoice kernels) {
    return new MemoryPlan(files, options, kernels);
  }

  /** Tokens that a session may hold. */
  public int contextLength() {
    return options.contextLength() > 0 ? options.contextLength() : ownContextLength();
  }

  /** Tokens that the model was made for. */
  public int ownContextLength() {
    return files.config().text().contextLength();
  }

  /** Values of an attention head: they are cached in whole blocks of a type. */
  public int headDim() {
    return layout.headDim();
  }

  /** The use that loading asks room for: longer conversations and pictures come later. */
  public MemoryUse leastUse(int sessions) {
    return MemoryUse.ofText(sessions, Math.min(contextLength(), MemoryNeed.TOKENS));
  }

  /** Bytes that loading takes from now on, with room for so many sessions to begin. */
  public long loadBytes(int sessions) {
    return need(leastUse(sessions)).toLoad();
  }

  /** Memory for a use. */
  public MemoryNeed need(MemoryUse use) {
    Qwen3VlConfig.Text text = files.config().text();
    Qwen3VlConfig.Vision vision = files.config().vision();
    int merge = vision == null ? 1 : vision.merge();
    int words = Math.max(0, use.tokens() - use.visualTokens(merge));
    return new MemoryNeed(
        weights + adapters,
        use.sessions() * session(use.tokens()),
        scratch(text),
        vision == null ? 0 : vision(vision, use),
        use.pictures().stream().mapToLong(p -> decoding(p.frame())).max().orElse(0),
        PROGRAM + VOCABULARY_ENTRY * text.vocabulary(),
        mappedLanguage
            + (use.pictures().isEmpty() ? 0 : mappedVision) // untouched without pictures
            + embeddingRows(words),
        options.caches().prefixBytes() + options.caches().visionBytes(),
        vision == null ? 0 : Math.min(largest(vision, use), keysValues(use.tokens())));
  }

  /**
   * Refuses an adapter of another model.
   *
   * @throws dev.ocelli.engine.OcelliException MODEL
   */
  void requireFit(AdapterFile file) {
    AdapterMatrices.check(file, family(files.config()), model.textWeights().byName());
  }

  /** What an adapter takes: its matrices, and what a step with it works in. */
  long adapterBytes(AdapterFile file) {
    int rows = Engine.maxRows(options.chunk(), contextLength());
    return file.bytes() + Compute.lowRankBytes(rows, file.rank(), file.widest());
  }

  /** The architecture by its GGUF name. */
  static String family(Qwen3VlConfig config) {
    return config.text().experts() == null ? "qwen3vl" : "qwen3vlmoe";
  }

  /** Bytes of the keys and values of so many tokens. */
  public long keysValues(int tokens) {
    return Math.ceilDiv((long) tokens, KvLayout.BLOCK_TOKENS) * layout.blockBytes();
  }

  private long session(int tokens) {
    int rows = 1 + (options.draft() == 0 ? 0 : EngineOptions.MAX_DRAFT + 1);
    return keysValues(tokens) + 4L * rows * files.config().text().vocabulary();
  }

  private long scratch(Qwen3VlConfig.Text text) {
    int rows = Engine.maxRows(options.chunk(), contextLength());
    return Qwen3VlText.scratchBytes(text, rows)
        + KernelSet.encodedBytes(model.textWeights().widest(), rows);
  }

  private long vision(Qwen3VlConfig.Vision c, MemoryUse use) {
    long encoded =
        use.pictures().stream().mapToLong(p -> Qwen3VlVision.embeddingBytes(c, p.grid())).sum();
    return largest(c, use) + use.sessions() * encoded;
  }

  /** One picture is encoded at a time. */
  private long largest(Qwen3VlConfig.Vision c, MemoryUse use) {
    return use.pictures().stream().mapToLong(p -> encoding(c, p)).max().orElse(0);
  }

  /**
   * What the tower takes for a picture, or a part of a clip, while it works, without what comes
   * out.
   */
  private long encoding(Qwen3VlConfig.Vision c, MemoryUse.Picture p) {
    Qwen3VlWeights.Vision tower = model.visionWeights();
    Grid grid = p.grid().group(Encoder.GROUP_PATCHES);
    // The rows of a part come out on their own before they are put together.
    long part = grid.t() < p.grid().t() ? Qwen3VlVision.embeddingBytes(c, grid) : 0;
    int patches = grid.patches();
    KernelSet set = kernels.vision();
    long input = 4L * patches * c.patchValues();
    long activations =
        tower == null ? 0 : KernelSet.encodedBytes(tower.patchEmbed().weight(), patches);
    int perFrame = p.grid().h() * p.grid().w();
    long attention = options.promptThreads() * set.segmentAttentionBytes(perFrame, c.headDim());
    return input + Qwen3VlVision.scratchBytes(c, grid) + activations + attention + part;
  }

  private static long decoding(ImageSize frame) {
    return DECODED_PIXEL * frame.pixels();
  }

  /** What encoding a picture or clip takes from now on. */
  long toEncode(PlannedMedia media) {
    Qwen3VlConfig.Vision c = files.config().vision();
    MemoryUse.Picture p = MemoryUse.Picture.of(media);
    return c == null
        ? 0
        : encoding(c, p)
            + Qwen3VlVision.embeddingBytes(c, p.grid())
            + decoding(p.frame())
            + (media instanceof PlannedMedia.Clip ? FramesAhead.MOST * 3L * p.frame().pixels() : 0);
  }

  /** What {@link Session#score} takes beside keys and values, for pieces of so many rows. */
  long logits(int rows) {
    Qwen3VlConfig.Text text = files.config().text();
    return LogitStates.bytes(rows, text.hidden(), text.vocabulary());
  }

  /** Pages of the file with rows of the embedding. */
  private long embeddingRows(int words) {
    long table = model.textWeights().embedding().data().byteSize();
    boolean counted = model.textWeights().head().kernel().packedBytes(1, blockOfHead()) == 0;
    // Different words of a text grow more slowly than the text (Heaps' law).
    long different = Math.min(words, Math.round(8 * Math.pow(words, 0.55)));
    return counted ? 0 : Math.min(table, different * MAPPED_AROUND);
  }

  private int blockOfHead() {
    DType type = model.textWeights().head().type();
    return type.blockValues();
  }

  /**
   * What the model's work amounts to, and what this machine can do at most.
   *
   * @param single would compute single tokens
   * @param batch would compute prompts and pictures
   */
  public Roofline roofline(Workers single, Workers batch) {
    return roofline(model, kernels, single, batch);
  }

  static Roofline roofline(Model model, KernelChoice kernels, Workers single, Workers batch) {
    Qwen3VlConfig.Vision vision = model.config().vision();
    return new MeasuredRoofline(
        model,
        kernels.vision().segmentAttention(vision == null ? 0 : vision.headDim()),
        new Peaks(single, kernels.language().level()),
        new Peaks(batch, kernels.language().level()));
  }

  /** The instruction-set level of the kernels. */
  public String level() {
    return kernels.language().level().label();
  }

  /** How the model would be computed. */
  public EngineOptions options() {
    return options;
  }

  /** Same files, other options. */
  public MemoryPlan with(EngineOptions other) {
    return of(files, other);
  }
}
