package dev.ocelli.engine.selftest;

import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.KvLayout;
import dev.ocelli.engine.kernels.KvView;
import dev.ocelli.engine.kernels.WeightLoader;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.Checkpoint;
import dev.ocelli.engine.model.Model;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelFiles.PictureRules;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.model.TextRows;
import dev.ocelli.engine.model.Trace;
import dev.ocelli.engine.model.VisionEmbedding;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.ModelRunner;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.PromptPreparer;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.tokenizer.Tokenizer;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.PatchRows;
import dev.ocelli.engine.vision.Preprocessor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs reference cases through every stage of a loaded model: prompt, positions, pixels, vision
 * tower, language model, greedy tokens.
 *
 * <p>Each stage works on what our own earlier stages made, as for a user; nothing is taken from the
 * reference but the messages and pictures. Thread-confined.
 */
public final class SelfTest implements AutoCloseable {
  private final String source;
  private final KernelSet visionKernels;
  private final Arena weights = Arena.ofShared();
  private final Model model;
  private final ModelFiles files;
  private final Workers workers;
  private final PromptPreparer preparer;
  private final Tolerances tolerances;

  /**
   * What is accepted, as the largest absolute difference.
   *
   * @param pixels normalised pixel values
   * @param hidden vision rows and hidden states
   * @param logits logits
   */
  public record Tolerances(double pixels, double hidden, double logits) {
    /** What the reference suggests for a float32 engine. */
    public static final Tolerances FLOAT32 = new Tolerances(1e-6, 2e-4, 5e-4);
  }

  /**
   * Loads a model.
   *
   * @param source what to call the model in results
   * @param files the model's files, closed by this
   * @param kernels compute the language model
   * @param visionKernels compute the vision tower
   * @param workers share the work
   */
  public SelfTest(
      String source,
      ModelFiles files,
      KernelSet kernels,
      KernelSet visionKernels,
      Workers workers,
      Tolerances tolerances) {
    this.source = source;
    this.files = files;
    this.visionKernels = visionKernels;
    this.workers = workers;
    this.tolerances = tolerances;
    try {
      Tokenizer tokenizer =
          Tokenizer.of(files.text().tokenizer().paddedTo(files.config().text().vocabulary()));
      this.preparer = new PromptPreparer(files, tokenizer);
      this.model =
          ModelLoader.load(
              files,
              new WeightLoader(kernels, workers, weights),
              new WeightLoader(visionKernels, workers, weights),
              weights,
              ModelLoader.Progress.NONE);
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /** How the model's pictures are prepared. */
  public PictureRules pictures() {
    return files.pictures();
  }

  /** Runs one case through all stages for which it has values. */
  public List<StageResult> run(ReferenceCase golden) {
    try (Arena arena = Arena.ofShared();
        ModelRunner runner =
            new ModelRunner(model, visionKernels, ModelRunner.Teams.one(workers), 512)) {
      return new Run(golden, arena, runner).run();
    }
  }

  /**
   * Checks what must hold for any model, where no reference is known: logits are numbers, and the
   * same bits whether the prompt is computed at once or in pieces of other sizes, by one thread or
   * by all.
   */
  public List<StageResult> checkConsistency(
      String name, List<Message> messages, List<PlannedMedia> media) {
    Prepared prepared = preparer.prepare(messages, List.of(), media, Control.DEFAULT);
    int n = prepared.prompt().ids().length;
    List<StageResult> results = new ArrayList<>();
    try (Arena arena = Arena.ofShared();
        Workers alone = new WorkerTeam(1)) {
      float[] whole = logits(prepared, arena, workers, n);
      int bad = 0;
      for (float f : whole) {
        bad += Float.isFinite(f) ? 0 : 1;
      }
      results.add(
          new StageResult(source, name, "logits that are no numbers", whole.length, bad, 0));
      for (int chunk : new int[] {7, 32}) {
        float[] chunked = logits(prepared, arena, workers, chunk);
        results.add(
            new StageResult(
                source, name, "logits in chunks of " + chunk, n, differing(whole, chunked), 0));
      }
      results.add(
          new StageResult(
              source,
              name,
              "logits by one thread",
              n,
              differing(whole, logits(prepared, arena, alone, n)),
              0));
    }
    return results;
  }

  private float[] logits(Prepared prepared, Arena arena, Workers team, int chunk) {
    try (ModelRunner runner =
        new ModelRunner(model, visionKernels, ModelRunner.Teams.one(team), chunk)) {
      List<PlannedMedia> media = prepared.media();
      @Nullable VisionEmbedding[] embeddings = new @Nullable VisionEmbedding[media.size()];
      Preprocessor preprocessor = new Preprocessor(files.pictures().spec(), team);
      for (int i = 0; i < embeddings.length; i++) {
        PatchRows rows = patches(preprocessor, arena, media.get(i));
        embeddings[i] = runner.encode(rows, arena, Trace.NONE, Checkpoint.NONE);
      }
      int n = prepared.prompt().ids().length;
      Cache cache = new Cache(arena, ModelRunner.kvLayout(model.config().text(), DType.F32), n);
      Floats logits = Floats.allocate(arena, 1, model.config().text().vocabulary());
      for (int from = 0; from < n; from += chunk) {
        int to = Math.min(n, from + chunk);
        TextRows rows = prepared.rows(from, to, embeddings, cache, to == n ? logits : null);
        runner.step(List.of(rows), Trace.NONE, Checkpoint.NONE);
      }
      return logits.toArray();
    }
  }

  private static int differing(float[] a, float[] b) {
    int count = 0;
    for (int i = 0; i < a.length; i++) {
      count += Float.floatToRawIntBits(a[i]) == Float.floatToRawIntBits(b[i]) ? 0 : 1;
    }
    return count;
  }

  private static PatchRows patches(Preprocessor preprocessor, Arena arena, PlannedMedia media) {
    return switch (media) {
      case PlannedMedia.Picture p -> preprocessor.image(arena, p.picture().decode(), p.plan());
      case PlannedMedia.Clip c -> {
        try (FrameStream frames = c.open()) {
          yield preprocessor.video(arena, index -> frames.next(), c.plan());
        }
      }
    };
  }

  @Override
  public void close() {
    weights.close();
    files.close();
  }

  /** The state of one case. */
  private final class Run {
    private final ReferenceCase golden;
    private final Arena arena;
    private final ModelRunner runner;
    private final List<StageResult> results = new ArrayList<>();

    Run(ReferenceCase golden, Arena arena, ModelRunner runner) {
      this.golden = golden;
      this.arena = arena;
      this.runner = runner;
    }

    List<StageResult> run() {
      Prepared prepared =
          preparer.prepare(golden.messages(), List.of(), golden.media(), Control.DEFAULT);
      Prompt prompt = prepared.prompt();
      compareInts("input_ids", prompt.ids());
      comparePositions(prepared);
      @Nullable VisionEmbedding[] embeddings = encode();
      int n = prompt.ids().length;
      ReferenceCase.Values answer = golden.find("greedy_ids");
      int more = answer == null ? 0 : answer.ints().length;
      Cache cache =
          new Cache(arena, ModelRunner.kvLayout(model.config().text(), DType.F32), n + more);
      int rows = Math.min(8, n);
      Floats last = Floats.allocate(arena, rows, model.config().text().vocabulary());
      runner.step(
          List.of(prepared.rows(0, n, embeddings, cache, last)), this::textTap, Checkpoint.NONE);
      float[] logits = last.toArray();
      compareLogits(logits, rows);
      greedy(logits, n, rows, prepared, cache);
      return results;
    }

    private void comparePositions(Prepared prepared) {
      int n = prepared.prompt().ids().length;
      int[] all = new int[3 * n];
      System.arraycopy(prepared.positions().time(), 0, all, 0, n);
      System.arraycopy(prepared.positions().height(), 0, all, n, n);
      System.arraycopy(prepared.positions().width(), 0, all, 2 * n, n);
      compareInts("position_ids", all);
      compareInts("rope_delta", new int[] {prepared.positions().delta()});
    }

    /**
     * Encodes every picture and clip; rows of all pictures (or clips) of the case follow each other
     * in the reference.
     */
    private @Nullable VisionEmbedding[] encode() {
      List<PlannedMedia> media = golden.media();
      @Nullable VisionEmbedding[] out = new @Nullable VisionEmbedding[media.size()];
      Preprocessor preprocessor = new Preprocessor(files.pictures().spec(), workers);
      int[] patches = new int[2];
      int[] tokens = new int[2];
      for (int i = 0; i < media.size(); i++) {
        PlannedMedia m = media.get(i);
        boolean video = m instanceof PlannedMedia.Clip;
        PatchRows rows = patches(preprocessor, arena, m);
        Taps taps =
            new Taps(video ? "video_" : "image_", patches[video ? 1 : 0], tokens[video ? 1 : 0]);
        taps.tap("pixel_values", 0, rows.values());
        out[i] = runner.encode(rows, arena, taps, Checkpoint.NONE);
        patches[video ? 1 : 0] += m.grid().patches();
        tokens[video ? 1 : 0] += m.tokens();
      }
      return out;
    }

    private void textTap(String name, int index, Floats x) {
      switch (name) {
        case "lm_layers" -> compareSlice("lm_layers", index, 0, x);
        case "lm_norm" -> {
          ReferenceCase.Values all = golden.find("lm_norm");
          if (all != null) {
            int from = index * x.columns();
            boolean there = from + x.columns() <= all.floats().length;
            double error =
                there ? difference(x.toArray(), all.floats(), from) : Double.POSITIVE_INFINITY;
            add("lm_norm", x.columns(), error, tolerances.hidden());
          }
        }
        default -> {}
      }
    }

    /**
     * Decodes greedily and compares each id and the logits that chose it, while our ids are the
     * reference's.
     */
    private void greedy(float[] logits, int n, int rows, Prepared prepared, Cache cache) {
      ReferenceCase.Values ids = golden.find("greedy_ids");
      if (ids == null) {
        return;
      }
      int vocabulary = model.config().text().vocabulary();
      float[] last = Arrays.copyOfRange(logits, (rows - 1) * vocabulary, rows * vocabulary);
      ReferenceCase.Values expected = golden.find("greedy_logits");
      float[] want = expected == null ? new float[0] : expected.floats();
      int[] wanted = ids.ints();
      double worst = 0;
      int compared = 0;
      int wrong = 0;
      Floats out = Floats.allocate(arena, 1, vocabulary);
      for (int k = 0; k < wanted.length; k++) {
        if ((k + 1) * vocabulary <= want.length) {
          worst = Math.max(worst, difference(last, want, k * vocabulary));
          compared += vocabulary;
        }
        if (argmax(last) != wanted[k]) {
          wrong = wanted.length - k;
          break;
        }
        if (k + 1 < wanted.length) {
          int[] id = {wanted[k]};
          int delta = prepared.positions().delta();
          runner.step(
              List.of(TextRows.text(id, n + k, delta, cache, out)), Trace.NONE, Checkpoint.NONE);
          last = out.toArray();
        }
      }
      if (compared > 0) {
        add("greedy_logits", compared, worst, tolerances.logits());
      }
      add("greedy_ids", wanted.length, wrong, 0);
    }

    private void compareInts(String stage, int[] got) {
      ReferenceCase.Values a = golden.find(stage);
      if (a == null) {
        return;
      }
      int[] want = a.ints();
      int wrong = Math.abs(want.length - got.length);
      for (int i = 0; i < Math.min(want.length, got.length); i++) {
        wrong += want[i] == got[i] ? 0 : 1;
      }
      add(stage, want.length, wrong, 0);
    }

    /** The reference has the last rows of the prompt, at most as many as were computed. */
    private void compareLogits(float[] got, int rows) {
      ReferenceCase.Values a = golden.find("logits_last");
      if (a != null) {
        int vocabulary = got.length / rows;
        int there = a.floats().length / vocabulary;
        float[] tail = Arrays.copyOfRange(got, (rows - there) * vocabulary, got.length);
        add("logits_last", tail.length, difference(tail, a.floats(), 0), tolerances.logits());
      }
    }

    /**
     * Compares with part {@code index} of an array {@code [parts, all rows, width]}, from a row on.
     */
    private void compareSlice(String stage, int index, int row, Floats x) {
      ReferenceCase.Values a = golden.find(stage);
      if (a != null) {
        int d = a.shape().length;
        int width = a.shape()[d - 1];
        int rows = a.shape()[d - 2];
        int from = Math.multiplyExact((d == 3 ? index : 0) * rows + row, width);
        double error =
            width == x.columns() && row + x.rows() <= rows
                ? difference(x.toArray(), a.floats(), from)
                : Double.POSITIVE_INFINITY;
        String name = d == 3 ? stage + "[" + index + "]" : stage;
        boolean pixels = stage.endsWith("pixel_values");
        add(
            name,
            x.rows() * x.columns(),
            error,
            pixels ? tolerances.pixels() : tolerances.hidden());
      }
    }

    private void add(String stage, int count, double error, double tolerance) {
      results.add(new StageResult(source, golden.name(), stage, count, error, tolerance));
    }

    /**
     * Vision taps: names get the kind as a prefix; rows of earlier pictures come first in the
     * reference.
     */
    private final class Taps implements Trace {
      private final String prefix;
      private final int patchRow;
      private final int tokenRow;

      Taps(String prefix, int patchRow, int tokenRow) {
        this.prefix = prefix;
        this.patchRow = patchRow;
        this.tokenRow = tokenRow;
      }

      @Override
      public void tap(String name, int index, Floats x) {
        boolean merged = name.equals("merger") || name.equals("deepstack");
        compareSlice(prefix + name, index, merged ? tokenRow : patchRow, x);
      }
    }
  }

  /** Keys and values in float32, so that storage does not add to the error. */
  private static final class Cache implements KvView {
    private final KvLayout layout;
    private final List<MemorySegment> blocks = new ArrayList<>();

    Cache(Arena arena, KvLayout layout, int tokens) {
      this.layout = layout;
      for (int t = 0; t < tokens; t += KvLayout.BLOCK_TOKENS) {
        blocks.add(arena.allocate(layout.blockBytes(), 64));
      }
    }

    @Override
    public KvLayout layout() {
      return layout;
    }

    @Override
    public List<MemorySegment> blocks() {
      return blocks;
    }
  }

  private static double difference(float[] got, float[] want, int from) {
    double worst = 0;
    for (int i = 0; i < got.length; i++) {
      double d = Math.abs((double) got[i] - want[from + i]);
      worst = d > worst || Double.isNaN(d) ? d : worst;
      if (Double.isNaN(worst)) {
        return worst;
      }
    }
    return worst;
  }

  private static int argmax(float[] x) {
    int best = 0;
    for (int i = 1; i < x.length; i++) {
      best = x[i] > x[best] ? i : best;
    }
    return best;
  }
}
