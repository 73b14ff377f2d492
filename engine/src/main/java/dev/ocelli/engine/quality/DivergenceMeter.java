package dev.ocelli.engine.quality;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.PromptLogits;
import dev.ocelli.engine.runtime.Session;
import dev.ocelli.engine.sampling.Exp;
import java.util.Arrays;

/** Compares a model's predictions of a text with those in a {@link ReferenceFile}. */
public final class DivergenceMeter {
  /** The reference's tokens that are less likely do not count: the file does not know them. */
  private static final float LEAST = -16;

  private final Engine engine;
  private final ReferenceFile reference;
  private final TextWindows text;
  private final Moments surprise = new Moments();
  private final Moments ownSurprise = new Moments();
  private final Moments products = new Moments();
  private final Moments kld = new Moments();
  private final Moments change = new Moments();
  private final Moments squareChange = new Moments();
  private final Moments sameTop = new Moments();
  private final double[] klds;
  private final double[] changes;

  /** What is said about one predicted token. */
  private record Row(double surprise, double reference, double kld, boolean sameTop) {}

  /**
   * Prepares.
   *
   * @param reference is read from its beginning
   * @param windows to read, from the first on
   * @throws OcelliException (INPUT) when the reference is of another vocabulary
   */
  public DivergenceMeter(Engine engine, ReferenceFile reference, int windows) {
    this.engine = engine;
    this.reference = reference;
    int vocabulary = engine.files().config().text().vocabulary();
    if (reference.vocabulary() != vocabulary) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: was made with a vocabulary of %d tokens, but %s has %d; both models must have the same tokenizer"
              .formatted(
                  reference.path(),
                  reference.vocabulary(),
                  engine.files().language().origin(),
                  vocabulary));
    }
    TextWindows all = reference.text();
    int count = Math.min(windows, all.count());
    this.text =
        new TextWindows(Arrays.copyOf(all.ids(), count * all.context()), all.context(), count);
    int rows = Math.multiplyExact(count, text.scored());
    this.klds = new double[rows];
    this.changes = new double[rows];
  }

  /**
   * Reads the text.
   *
   * @param session of the engine; when it is cancelled, the result has fewer windows
   * @param listener is told the model's perplexity
   * @throws OcelliException (INPUT) when the reference turns out to be damaged
   */
  public Divergence run(Session session, Perplexity.Listener listener) {
    long start = System.nanoTime();
    int done = 0;
    for (; done < text.count(); done++) {
      Rows rows = new Rows(done);
      if (!RowScorer.score(
          session, RowScorer.TOKENS, engine.prepare(text.prompt(done)), text.first(), rows)) {
        break;
      }
      for (Row row : rows.rows) {
        add(row);
      }
      listener.window(done + 1, text.count(), surprise.estimate().exp());
    }
    return result(done, (System.nanoTime() - start) / 1e9);
  }

  private void add(Row row) {
    int at = Math.toIntExact(kld.count());
    double difference = Math.exp(-row.surprise) - Math.exp(-row.reference);
    klds[at] = row.kld;
    changes[at] = difference;
    surprise.add(row.surprise);
    ownSurprise.add(row.reference);
    products.add(row.surprise * row.reference);
    kld.add(row.kld);
    change.add(difference);
    squareChange.add(difference * difference);
    sameTop.add(row.sameTop ? 1 : 0);
  }

  private Divergence result(int windows, double seconds) {
    int n = Math.toIntExact(kld.count());
    return new Divergence(
        windows,
        text.context(),
        n,
        perplexities(),
        kld.estimate(),
        new Spread(Arrays.copyOf(klds, n)),
        new Divergence.Changes(
            change.estimate(),
            squareChange.estimate().root(),
            new Spread(Arrays.copyOf(changes, n))),
        sameTop.estimate(),
        seconds);
  }

  private Divergence.Perplexities perplexities() {
    Estimate q = surprise.estimate();
    Estimate r = ownSurprise.estimate();
    double covariance = Moments.covariance(surprise, ownSurprise, products);
    boolean varied = q.error() > 0 && r.error() > 0;
    Estimate ratio = new Estimate(q.value() - r.value(), error(q, r, covariance));
    Estimate a = q.exp();
    Estimate b = r.exp();
    Estimate difference =
        new Estimate(a.value() - b.value(), error(a, b, a.value() * b.value() * covariance));
    return new Divergence.Perplexities(
        a, b, varied ? covariance / (q.error() * r.error()) : 0, ratio, difference);
  }

  /** The error of a difference. */
  private static double error(Estimate a, Estimate b, double covariance) {
    double variance = a.error() * a.error() + b.error() * b.error() - 2 * covariance;
    return Math.sqrt(Math.max(0, variance));
  }

  /** The predictions of a window. */
  private final class Rows implements RowScorer.Rows {
    private final int window;
    private final Row[] rows = new Row[text.scored()];
    private final byte[] encoded =
        new byte[Math.min(PromptLogits.ROWS, text.scored()) * reference.rowBytes()];
    private int begin;

    Rows(int window) {
      this.window = window;
    }

    @Override
    public void begin(int from, int count) {
      begin = from;
      reference.next(encoded, window, count, from + count == text.scored());
    }

    @Override
    public void row(int row, float[] logits) {
      rows[row] =
          compare(
              reference.row(encoded, row - begin), LogSoftmax.of(logits), text.target(window, row));
    }
  }

  private Row compare(ReferenceFormat.Row known, LogSoftmax own, int target) {
    float top = known.logProbability(own.top());
    boolean same = true;
    double sum = 0;
    for (int i = 0; i < own.logits().length; i++) {
      float k = known.logProbability(i);
      same &= k <= top;
      if (k > LEAST) {
        sum += Exp.ofNonPositive(Math.min(0, k)) * (k - own.logProbability(i));
      }
    }
    float ofTarget = known.logProbability(target);
    if (!Double.isFinite(sum - ofTarget)) {
      throw new OcelliException(
          Kind.INPUT,
          reference.path() + ": holds what is no number; the file is damaged, make it anew");
    }
    return new Row(-own.logProbability(target), -ofTarget, sum, same);
  }
}
