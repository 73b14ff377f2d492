package dev.ocelli.engine.quality;

import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Session;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How well a model predicts a text.
 *
 * @param windows that were read
 * @param context tokens of a window
 * @param scored predicted tokens
 * @param surprise mean of -ln of the predicted tokens' probabilities, in nats
 * @param seconds that it took
 */
public record Perplexity(int windows, int context, long scored, Estimate surprise, double seconds) {

  /** Follows the work. */
  public interface Listener {
    /** A window has been read; what is known so far. */
    void window(int done, int total, Estimate perplexity);
  }

  /** e to the mean surprise: among so many equally likely tokens the model had to choose. */
  public Estimate perplexity() {
    return surprise.exp();
  }

  /** Tokens that were read in a second, contexts included. */
  public double tokensPerSecond() {
    return (double) windows * context / seconds;
  }

  /**
   * Reads a text.
   *
   * @param session of the engine; when it is cancelled, the result has fewer windows
   * @param writer takes everything that the model says about each predicted token, or null
   * @throws java.io.UncheckedIOException when the writer cannot write
   */
  public static Perplexity of(
      Engine engine,
      Session session,
      TextWindows text,
      @Nullable ReferenceWriter writer,
      Listener listener) {
    long start = System.nanoTime();
    Moments surprise = new Moments();
    int done = 0;
    for (; done < text.count(); done++) {
      Rows rows = new Rows(text, done, writer);
      if (!RowScorer.score(
          session, RowScorer.TOKENS, engine.prepare(text.prompt(done)), text.first(), rows)) {
        break;
      }
      for (double s : rows.surprises) {
        surprise.add(s);
      }
      listener.window(done + 1, text.count(), surprise.estimate().exp());
    }
    return new Perplexity(
        done,
        text.context(),
        surprise.count(),
        surprise.estimate(),
        (System.nanoTime() - start) / 1e9);
  }

  /** The predictions of a window. */
  private static final class Rows implements RowScorer.Rows {
    private final TextWindows text;
    private final int window;
    private final @Nullable ReferenceWriter writer;
    private final double[] surprises;

    Rows(TextWindows text, int window, @Nullable ReferenceWriter writer) {
      this.text = text;
      this.window = window;
      this.writer = writer;
      this.surprises = new double[text.scored()];
    }

    @Override
    public void begin(int from, int count) {
      if (writer != null) {
        writer.begin(from);
      }
    }

    @Override
    public void row(int row, float[] logits) {
      LogSoftmax s = LogSoftmax.of(logits);
      surprises[row] = -s.logProbability(text.target(window, row));
      if (writer != null) {
        writer.row(row, s);
      }
    }

    @Override
    public void end(int from, int count) throws IOException {
      if (writer != null) {
        writer.end(count, from + count == text.scored());
      }
    }
  }
}
