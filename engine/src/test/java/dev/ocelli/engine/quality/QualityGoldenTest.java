package dev.ocelli.engine.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.testing.TinyModels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Figures equal those that are computed here, plainly, from the engine's logits. */
class QualityGoldenTest {
  private static final int CONTEXT = 70;
  private static final int WINDOWS = 3;
  private static final Perplexity.Listener NOBODY = (done, total, p) -> {};

  @TempDir Path folder;

  private static Engine open(ModelFiles files) {
    return Engine.open(files, EngineOptions.DEFAULT.withThreads(2, 2), ModelLoader.Progress.NONE);
  }

  private static TextWindows text() {
    int[] ids = new Random(5).ints(CONTEXT * WINDOWS + 33, 0, 700).toArray();
    return TextWindows.of(ids, CONTEXT, Integer.MAX_VALUE, "text");
  }

  /** ln of all probabilities for each predicted token, window by window. */
  private static List<double[]> logProbabilities(Engine engine, TextWindows text) {
    List<double[]> all = new ArrayList<>();
    for (int w = 0; w < text.count(); w++) {
      int[] window = Arrays.copyOfRange(text.ids(), w * CONTEXT, (w + 1) * CONTEXT);
      float[][] rows = new float[CONTEXT][];
      try (Session s = engine.newSession()) {
        s.score(
            RowScorer.TOKENS,
            engine.prepare(window),
            0,
            (first, logits, team) -> {
              for (int r = 0; r < logits.rows(); r++) {
                rows[first + r] = logits.slice(r, r + 1).toArray();
              }
            });
      }
      for (int i = CONTEXT / 2; i < CONTEXT - 1; i++) {
        all.add(logSoftmax(rows[i]));
      }
    }
    return all;
  }

  private static double[] logSoftmax(float[] logits) {
    double max = Double.NEGATIVE_INFINITY;
    for (float l : logits) {
      max = Math.max(max, l);
    }
    double sum = 0;
    for (float l : logits) {
      sum += Math.exp(l - max);
    }
    double[] out = new double[logits.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = logits[i] - max - Math.log(sum);
    }
    return out;
  }

  private static int target(TextWindows text, int scored) {
    int each = CONTEXT - 1 - CONTEXT / 2;
    return text.ids()[scored / each * CONTEXT + CONTEXT / 2 + 1 + scored % each];
  }

  /** Mean and standard error. */
  private static double[] mean(double[] values) {
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
    return new double[] {mean, Math.sqrt(variance / values.length / (values.length - 1))};
  }

  private Path save(Engine engine, TextWindows text) throws IOException {
    Path file = folder.resolve("reference");
    try (OutputStream out = Files.newOutputStream(file);
        Session s = engine.newSession()) {
      ReferenceWriter writer =
          new ReferenceWriter(out, text, engine.files().config().text().vocabulary());
      Perplexity.of(engine, s, text, writer, NOBODY);
      writer.finish();
    }
    assertThat(Files.size(file))
        .isEqualTo(ReferenceWriter.bytes(text, engine.files().config().text().vocabulary()));
    return file;
  }

  @Test
  void perplexityIsThatOfThePlainFormula() {
    TextWindows text = text();
    assertThat(text.count()).isEqualTo(WINDOWS);
    try (Engine engine = open(TinyModels.wide("Q8_0"));
        Session s = engine.newSession()) {
      List<double[]> known = logProbabilities(engine, text);
      double[] surprises = new double[known.size()];
      for (int i = 0; i < surprises.length; i++) {
        surprises[i] = -known.get(i)[target(text, i)];
      }
      double[] want = mean(surprises);
      List<Integer> told = new ArrayList<>();
      Perplexity p = Perplexity.of(engine, s, text, null, (done, total, v) -> told.add(done));
      assertThat(told).containsExactly(1, 2, 3);
      assertThat(p.windows()).isEqualTo(WINDOWS);
      assertThat(p.scored()).isEqualTo(34 * WINDOWS);
      assertThat(p.surprise().value()).isCloseTo(want[0], within(1e-9));
      assertThat(p.surprise().error()).isCloseTo(want[1], within(1e-9));
      assertThat(p.perplexity().value()).isCloseTo(Math.exp(want[0]), within(1e-6));
      assertThat(p.perplexity().error()).isCloseTo(Math.exp(want[0]) * want[1], within(1e-6));
      s.cancel();
      assertThat(Perplexity.of(engine, s, text, null, NOBODY).windows()).isZero();
    }
  }

  @Test
  void theFileIsInTheFormatOfLlamaCpp() throws IOException {
    TextWindows text = text();
    try (Engine engine = open(TinyModels.wide("Q8_0"))) {
      List<double[]> known = logProbabilities(engine, text);
      ByteBuffer file =
          ByteBuffer.wrap(Files.readAllBytes(save(engine, text))).order(ByteOrder.LITTLE_ENDIAN);
      byte[] magic = new byte[8];
      file.get(magic);
      assertThat(new String(magic, java.nio.charset.StandardCharsets.US_ASCII))
          .isEqualTo("_logits_");
      int vocabulary = known.getFirst().length;
      assertThat(new int[] {file.getInt(), file.getInt(), file.getInt()})
          .containsExactly(CONTEXT, vocabulary, WINDOWS);
      for (int id : text.ids()) {
        assertThat(file.getInt()).isEqualTo(id);
      }
      for (double[] row : known) {
        double top = Arrays.stream(row).max().orElseThrow();
        float step = file.getFloat();
        float least = file.getFloat();
        assertThat(step).isPositive().isLessThan(16.1f / 65535);
        for (double v : row) {
          double read = step * Short.toUnsignedInt(file.getShort()) + least;
          assertThat(read).isCloseTo(Math.max(v, top - 16), within(step * 0.6));
        }
        file.position(file.position() + 2 * (vocabulary % 2));
      }
      assertThat(file.remaining()).isEqualTo(8 + 4 + 4 * WINDOWS);
    }
  }

  @Test
  void divergenceIsThatOfThePlainFormula() throws IOException {
    TextWindows text = text();
    List<double[]> base;
    Path file;
    try (Engine engine = open(TinyModels.wide("Q8_0"))) {
      base = logProbabilities(engine, text);
      file = save(engine, text);
      Divergence itself = run(engine, file, WINDOWS);
      assertThat(itself.kld().value()).isCloseTo(0, within(1e-5));
      assertThat(itself.sameTop().value()).isEqualTo(1);
      assertThat(itself.perplexity().logRatio().value()).isCloseTo(0, within(1e-3));
    }
    try (Engine engine = open(TinyModels.wide("Q4_K_M"))) {
      List<double[]> own = logProbabilities(engine, text);
      int n = own.size();
      double[] klds = new double[n];
      double[] changes = new double[n];
      double[] ratios = new double[n];
      double[] same = new double[n];
      double squares = 0;
      for (int i = 0; i < n; i++) {
        double[] p = base.get(i);
        double[] q = own.get(i);
        for (int id = 0; id < p.length; id++) {
          klds[i] += Math.exp(p[id]) * (p[id] - q[id]);
        }
        int target = target(text, i);
        changes[i] = Math.exp(q[target]) - Math.exp(p[target]);
        squares += changes[i] * changes[i] / n;
        ratios[i] = p[target] - q[target];
        same[i] = top(p) == top(q) ? 1 : 0;
      }
      Divergence d = run(engine, file, Integer.MAX_VALUE);
      assertThat(d.scored()).isEqualTo(n);
      assertThat(d.kld().value()).isPositive().isCloseTo(mean(klds)[0], within(2e-5));
      assertThat(d.kld().error()).isCloseTo(mean(klds)[1], within(2e-5));
      Arrays.sort(klds);
      assertThat(d.klds().at(0.5)).isCloseTo((klds[n / 2] + klds[(n - 1) / 2]) / 2, within(1e-4));
      assertThat(d.klds().at(1)).isCloseTo(klds[n - 1], within(1e-4));
      assertThat(d.klds().at(0)).isCloseTo(klds[0], within(1e-4));
      assertThat(d.changes().mean().value()).isCloseTo(mean(changes)[0], within(1e-5));
      assertThat(d.changes().rms().value()).isCloseTo(Math.sqrt(squares), within(1e-5));
      assertThat(d.perplexity().logRatio().value()).isCloseTo(mean(ratios)[0], within(1e-3));
      assertThat(d.perplexity().logRatio().error()).isCloseTo(mean(ratios)[1], within(1e-3));
      assertThat(d.sameTop().value()).isCloseTo(mean(same)[0], within(1e-9));
      assertThat(run(engine, file, 1).scored()).isEqualTo(n / WINDOWS);
    }
  }

  private static int top(double[] row) {
    int top = 0;
    for (int i = 0; i < row.length; i++) {
      top = row[i] > row[top] ? i : top;
    }
    return top;
  }

  private static Divergence run(Engine engine, Path file, int windows) {
    try (ReferenceFile reference = ReferenceFile.open(file);
        Session s = engine.newSession()) {
      assertThat(reference.checked()).isTrue();
      return new DivergenceMeter(engine, reference, windows).run(s, NOBODY);
    }
  }

  @Test
  void damagedFilesAreRefused() throws IOException {
    TextWindows text = text();
    try (Engine engine = open(TinyModels.wide("Q8_0"))) {
      byte[] whole = Files.readAllBytes(save(engine, text));
      Path broken = folder.resolve("broken");
      Random random = new Random(3);
      for (int i = 0; i < 60; i++) {
        byte[] bytes = whole.clone();
        // The header is most interesting; a byte behind it is found by its window's checksum.
        int at = random.nextInt(i % 2 == 0 ? 60 : bytes.length);
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(broken, bytes);
        assertRefused(engine, broken);
        Files.write(broken, Arrays.copyOf(whole, random.nextInt(whole.length)));
        assertRefused(engine, broken);
      }
      // Without checksums, as llama.cpp writes it.
      Files.write(broken, Arrays.copyOf(whole, whole.length - 12 - 4 * WINDOWS));
      try (ReferenceFile f = ReferenceFile.open(broken)) {
        assertThat(f.checked()).isFalse();
        assertThat(f.text().ids()).isEqualTo(text.ids());
      }
    }
  }

  private static void assertRefused(Engine engine, Path file) {
    assertThatThrownBy(() -> run(engine, file, WINDOWS))
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.INPUT))
        .hasMessageContaining(file.toString());
  }
}
