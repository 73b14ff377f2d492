package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.chat.jinja.Rendered;
import dev.ocelli.engine.grammar.CompiledGrammar;
import dev.ocelli.engine.kernels.InputObserver;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.kernels.SlowPath;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.sampling.StopRules;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.engine.vision.PatchRows;
import dev.ocelli.engine.vision.Preprocessor;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model that answers requests.
 *
 * <p>Several sessions may run at once, each on its own thread: their tokens are computed together,
 * and a reply is the same whatever else runs. The engine prints nothing and reads no environment.
 */
public final class Engine implements AutoCloseable {
  /** Rows that a step can have at least, however few prompt tokens are computed at once. */
  private static final int LEAST_ROWS = 64;

  private final ModelFiles files;
  private final EngineOptions options;
  private final Tokenizer tokenizer;
  private final PromptPreparer preparer;
  private final StopRules stops;
  private final Constraints constraints;
  private final KernelChoice choice;
  private final KernelSet kernels;
  private final KernelSet visionKernels;
  private final Workers single;
  private final Workers batch;
  private final Arena arena = Arena.ofShared();
  private final ModelRunner runner;
  private final KvLayout kvLayout;
  private final Caches caches;
  private final Encoder encoder;
  private final Scheduler scheduler;
  private final LoadReport loadReport;
  private final MemoryKeeper memory;
  private final Model model;
  private final FileHashes hashes;
  private final Adapters adapters;

  private final Turns turns = new Turns();

  private Engine(ModelFiles files, EngineOptions options, ModelLoader.Progress progress) {
    this.files = files;
    this.hashes = new FileHashes(files);
    this.options = options;
    this.choice = KernelChoice.of(options);
    this.kernels = choice.language();
    this.visionKernels = choice.vision();
    // Whatever can be wrong with small things is found out before gigabytes are touched.
    this.kvLayout = ModelRunner.kvLayout(files.config().text(), options.cacheType());
    this.tokenizer =
        Tokenizer.of(files.text().tokenizer().paddedTo(files.config().text().vocabulary()));
    this.stops = files.text().stops().apply(tokenizer.vocabulary());
    this.preparer = new PromptPreparer(files, tokenizer);
    this.constraints = new Constraints(tokenizer.vocabulary(), stops);
    MemoryPlan plan = MemoryPlan.of(files, options, choice);
    this.memory = new MemoryKeeper(plan, options.memory(), this::forget);
    memory.requireLoad();
    int threads = options.singleThreads();
    int batchThreads = options.promptThreads();
    this.batch = new WorkerTeam(batchThreads);
    this.single = threads == batchThreads ? batch : new WorkerTeam(threads);
    try (Warmup warmup =
        Warmup.begin(fileBytes(files), files.config(), choice, options.cacheType())) {
      long start = System.nanoTime();
      LoadMode mode = options.loadMode();
      WeightLoader weights =
          new WeightLoader(kernels, batch, arena, mode, options.requantization());
      WeightLoader visionWeights = new WeightLoader(visionKernels, batch, arena, mode);
      model = ModelLoader.load(files, weights, visionWeights, arena, progress);
      long locked = mode == LoadMode.MLOCK ? weights.lock() + visionWeights.lock() : 0;
      double seconds = (System.nanoTime() - start) / 1e9;
      long packed = weights.packedBytes() + visionWeights.packedBytes();
      LoadReport.Arithmetic arithmetic =
          new LoadReport.Arithmetic(
              kernels.level().label(),
              visionKernels.bfloat16(),
              options.exact(),
              options.requantization());
      loadReport = new LoadReport(mode, fileBytes(files), packed, locked, seconds, arithmetic);
      adapters = new Adapters(plan, memory, kernels);
      adapters.addAll(options.adapters());
    } catch (Throwable e) {
      closeThreadsAndMemory();
      throw e;
    }
    int chunk = Math.min(options.chunk(), contextLength());
    int maxRows = maxRows(options.chunk(), contextLength());
    ModelRunner.Teams teams = new ModelRunner.Teams(single, batch, turns.keeping(batch));
    this.runner = new ModelRunner(model, visionKernels, teams, maxRows);
    this.scheduler = new Scheduler(this::step, chunk, maxRows);
    this.caches = new Caches(options.caches(), files, kvLayout, loadReport);
    this.encoder =
        new Encoder(
            this,
            new Preprocessor(files.pictures().spec(), turns.between(batch)),
            caches.vision(),
            Encoder.GROUP_PATCHES);
  }

  /**
   * Loads a model.
   *
   * @param files closed by the engine
   * @throws OcelliException when a file is damaged, does not fit the others or memory does not
   *     suffice
   */
  public static Engine open(
      ModelFiles files, EngineOptions options, ModelLoader.Progress progress) {
    return new Engine(files, options, progress);
  }

  /**
   * Has the inputs of all matrices looked at, in what begins from now on. What comes from a cache
   * is not computed, so it is not seen.
   */
  public void observe(InputObserver observer) {
    turns.whole(() -> runner.observe(observer));
  }

  /** The widest step. */
  static int maxRows(int chunk, int contextLength) {
    return Math.max(Math.min(chunk, contextLength), LEAST_ROWS);
  }

  /** A new conversation. */
  public Session newSession() {
    return new Session(
        this, new KvCache(kvLayout, memory::requireBlocks), files.config().text().vocabulary());
  }

  /**
   * Plans a request without computing anything: sizes of pictures, tokens, positions. What
   * constrains the reply is compiled, and kept for {@link Session#generate}.
   *
   * @throws OcelliException as {@link Session#generate} would throw before it computes
   */
  public Prepared prepare(Request request) {
    Prepared prepared = preparePrompt(request);
    requireForm(request, prepared);
    return prepared;
  }

  /** The same without a look at what constrains the reply; {@link #requireForm} takes it. */
  public Prepared preparePrompt(Request request) {
    return preparer.prepare(request);
  }

  /**
   * Refuses a constraint or tools that cannot be used; what is compiled is kept for {@link
   * Session#generate}.
   *
   * @throws OcelliException USAGE with the place of the error
   */
  public void requireForm(Request request, Prepared prepared) {
    constraint(request, prepared);
  }

  /**
   * What a request would find in caches, and what it would have to compute. Nothing is decoded,
   * read or computed but hashes.
   *
   * @param held tokens of the prompt that the session has that would answer it ({@link
   *     Session#reusable}); 0 for a new one
   */
  public Outlook outlook(Request request, Prepared prepared, int held) {
    List<String> keys = prepared.media().stream().map(PlannedMedia::key).toList();
    AdapterSet wanted = request.adapters();
    String root = caches.root(request.cacheSalt(), wanted == null ? adapters.inForce() : wanted);
    SequenceLog prompt = SequenceLog.of(root, prepared.prompt(), keys);
    int first = held / KvLayout.BLOCK_TOKENS;
    int blocks =
        caches.prefix().known(prompt, first, (prompt.length() - 1) / KvLayout.BLOCK_TOKENS);
    int reused = blocks == 0 ? held : (first + blocks) * KvLayout.BLOCK_TOKENS;
    List<Reply.MediaUse> media = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      int index = i;
      boolean needed =
          prepared.prompt().visuals().stream()
              .anyMatch(v -> v.media() == index && v.start() + v.tokens() > reused);
      Reply.Origin found =
          needed
              ? caches.vision().where(caches.pictureKey(request.cacheSalt(), keys.get(i)))
              : Reply.Origin.PREFIX;
      media.add(prepared.media().get(i).use(found == null ? Reply.Origin.COMPUTED : found));
    }
    return new Outlook(prompt.length(), reused, media);
  }

  /** Plans a prompt that is tokens already; no chat template is used. */
  public Prepared prepare(int[] ids) {
    return PromptPreparer.prepare(ids);
  }

  /**
   * Plans a picture or clip alone, for a prompt that is tokens already.
   *
   * @throws OcelliException as {@link #prepare(Request)}
   */
  public PlannedMedia plan(Media media) {
    return preparer.planForTokens(media);
  }

  /** The prompt that the chat template writes for a request, before it is tokenized. */
  public Rendered render(Request request) {
    return preparer.render(request);
  }

  /**
   * Refuses a prompt that leaves no room for a reply.
   *
   * @throws OcelliException CONTEXT with the numbers
   */
  public void requireRoom(Prepared prepared) {
    int tokens = prepared.prompt().ids().length;
    int visual = prepared.prompt().visuals().stream().mapToInt(Prompt.Visual::tokens).sum();
    if (tokens >= contextLength()) {
      throw new OcelliException(
          OcelliException.Kind.CONTEXT,
          "the prompt has %d tokens (%d of them from pictures and clips), but the context holds %d and the reply needs room, too; use a larger --ctx-size, fewer or smaller pictures (--image-max-tokens) or a shorter prompt"
              .formatted(tokens, visual, contextLength()));
    }
  }

  /** Whether the model reasons before it answers: its chat template opens the reasoning. */
  public boolean thinking() {
    return preparer.opensThinking();
  }

  /** The files that the model was loaded from. */
  public ModelFiles files() {
    return files;
  }

  /** What the engine was opened with. */
  public EngineOptions options() {
    return options;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** Tokens that end a reply. */
  public StopRules stops() {
    return stops;
  }

  /** Tokens that a session may hold. */
  public int contextLength() {
    int own = files.config().text().contextLength();
    return options.contextLength() > 0 ? options.contextLength() : own;
  }

  /** The instruction-set level of the kernels. */
  public String level() {
    return kernels.level().label();
  }

  /** What computes the weights, a sentence each. */
  public List<String> kernels() {
    return List.of(
        "instruction-set level " + level(),
        "matrix products: " + String.join(", ", kernels.names()),
        "vision tower: %s%s"
            .formatted(
                visionKernels.bfloat16() ? "bfloat16, " : "",
                String.join(", ", visionKernels.names())));
  }

  /** Situations in which something is computed correctly but slowly, each with its remedy. */
  public List<String> slowPaths() {
    return kernels.notices().stream().map(SlowPath.Notice::message).toList();
  }

  private static long fileBytes(ModelFiles files) {
    TensorSource vision = files.vision();
    return files.language().bytes()
        + (vision == null || vision == files.language() ? 0 : vision.bytes());
  }

  /**
   * SHA-256 of the model's files. The first call reads all of them, which takes seconds where they
   * have gigabytes; later ones know.
   */
  public List<FileHash> fileHashes() {
    return hashes.all();
  }

  /** What loading the weights took. */
  public LoadReport loadReport() {
    return loadReport;
  }

  /** What the model's work amounts to, and what this machine can do at most. */
  public Roofline roofline() {
    return MemoryPlan.roofline(model, choice, turns.between(single), turns.between(batch));
  }

  /** Threads for single tokens. */
  public int threads() {
    return single.threads();
  }

  /** Threads for prompts and pictures. */
  public int batchThreads() {
    return batch.threads();
  }

  /** What constrains the reply; null where nothing does. */
  @Nullable CompiledGrammar constraint(Request request, Prepared prepared) {
    return constraints.of(request, prepared.opensThinking());
  }

  /** What the caches hold and how they fared. */
  public CacheStatistics cacheStatistics() {
    return caches.statistics();
  }

  /**
   * What is wrong with the cache's folder, a sentence each: nothing that changes a reply. May be
   * asked again later, as disks fill up.
   */
  public List<String> cacheNotices() {
    return caches.notices();
  }

  /**
   * Waits until everything that is to be kept over restarts is on the disk, half a minute at most.
   */
  public void flushCaches() {
    caches.flush();
  }

  /** Refuses what memory does not suffice for. */
  MemoryKeeper memory() {
    return memory;
  }

  /** Gives back what caches hold of keys and values. */
  private void forget() {
    caches.prefix().clear();
  }

  /** The LoRA adapters that replies may use. */
  public Adapters adapters() {
    return adapters;
  }

  Caches caches() {
    return caches;
  }

  Encoder encoder() {
    return encoder;
  }

  byte[] tokenBytes(int id) {
    return tokenizer.vocabulary().bytes(id);
  }

  Scheduler scheduler() {
    return scheduler;
  }

  /**
   * The picture or clip as the vision tower sees it; kept in the vision cache where there is one.
   *
   * @param media planned by this engine
   */
  public VisionEmbedding encode(PlannedMedia media) {
    String key = caches.pictureKey("", media.key());
    Stopwatch watch = new Stopwatch();
    VisionCache.Found known = encoder.find(media, key, watch);
    return known != null
        ? known.embedding()
        : encoder.encode(media, key, watch, ReplyListener.NONE, () -> {}).embedding();
  }

  /** Logits of final states, between steps. */
  void head(Floats states, AdapterSet adapters, Floats logits) {
    turns.whole(() -> runner.head(states, adapters, logits));
  }

  /** The threads that compute prompts, for work between steps. */
  Workers team() {
    return turns.between(batch);
  }

  private long step(List<TextRows> step, int replyRows, Checkpoint checkpoint) {
    int rows = step.stream().mapToInt(TextRows::count).sum();
    return turns.step(replyRows, rows - replyRows, () -> runner.step(step, Trace.NONE, checkpoint));
  }

  /** Encodes a picture or clip, between steps and their tasks; one at a time. */
  VisionEmbedding encode(PatchRows rows, Arena target, Trace trace, Checkpoint checkpoint) {
    try {
      return runner.encode(rows, target, trace, checkpoint);
    } finally {
      turns.end();
    }
  }

  /**
   * Ends the engine, whose sessions must have ended. What is still to be written into the cache's
   * folder is waited for, half a minute at most.
   */
  @Override
  public void close() {
    caches.close();
    runner.close();
    adapters.close();
    closeThreadsAndMemory();
    files.close();
  }

  private void closeThreadsAndMemory() {
    if (single != batch) {
      single.close();
    }
    batch.close();
    arena.close();
  }
}
