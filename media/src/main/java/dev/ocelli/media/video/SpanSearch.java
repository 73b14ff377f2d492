package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Finds when something is to be seen in a long clip by asking about few of its frames.
 *
 * <p>The coarse pass asks about the first and the last frame of each shot, and about frames between
 * at most {@code step} seconds apart. Where the answer changes between two of them, the dense pass
 * halves the time between them until it is {@code precision} seconds. What appears and goes again
 * between two frames of the coarse pass is missed.
 */
public final class SpanSearch {
  /**
   * What a search may do.
   *
   * @param step longest time between frames of the coarse pass, in seconds
   * @param precision to which a span's ends are found, in seconds
   * @param threshold score from which on a frame counts
   * @param maxQuestions most frames that are asked about
   */
  public record Rules(double step, double precision, double threshold, int maxQuestions) {
    /** Refuses what makes no sense. */
    public Rules {
      boolean times = step > 0 && precision > 0 && step < 1e9 && precision <= step;
      if (!times || !(threshold > 0 && threshold < 1) || maxQuestions < 1) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "a search with a step of %s s, a precision of %s s, a threshold of %s and %d questions: give 0 < precision <= step, a threshold between 0 and 1, and at least 1 question"
                .formatted(step, precision, threshold, maxQuestions));
      }
    }
  }

  /** Says how sure it is that a frame shows what is looked for. */
  public interface Scorer {
    /**
     * Asks about a frame.
     *
     * @return 0 to 1, or NaN to end the search with what is known
     */
    double score(int index, RgbImage frame);
  }

  /**
   * Time in which something is to be seen.
   *
   * @param start seconds
   * @param end seconds
   * @param confidence mean score of the frames in it that were asked about
   * @param frame the frame with the best score
   */
  public record Span(double start, double end, double confidence, int frame) {}

  private final ClipSource clip;
  private final Rules rules;
  private final int[] samples;
  private final TreeMap<Integer, Double> scores = new TreeMap<>();
  private boolean complete;

  /** A search of which nothing is asked yet. */
  public SpanSearch(ClipSource clip, List<Shots.Shot> shots, Rules rules) {
    this.clip = clip;
    this.rules = rules;
    TreeSet<Integer> all = new TreeSet<>();
    for (Shots.Shot shot : shots) {
      int last = shot.to() - 1;
      double seconds = clip.seconds(last) - clip.seconds(shot.from());
      int parts = Math.max(1, (int) Math.ceil(seconds / rules.step()));
      for (int i = 0; i <= parts; i++) {
        all.add(shot.from() + (int) Math.rint((double) i * (last - shot.from()) / parts));
      }
    }
    this.samples = all.stream().mapToInt(i -> i).toArray();
  }

  /** Frames that the coarse pass asks about. */
  public int coarseQuestions() {
    return samples.length;
  }

  /** Frames that were asked about so far. */
  public int questions() {
    return scores.size();
  }

  /** Whether both passes came to their end. */
  public boolean complete() {
    return complete;
  }

  /**
   * Asks; returns when the search is complete, the scorer ends it, or the questions are used up.
   */
  public void run(Scorer scorer) {
    complete = coarse(scorer) && dense(scorer);
  }

  private boolean coarse(Scorer scorer) {
    try (FrameStream frames = clip.open(samples)) {
      for (int index : samples) {
        if (scores.size() >= rules.maxQuestions() || !ask(scorer, index, frames.next())) {
          return false;
        }
      }
    }
    return true;
  }

  private boolean ask(Scorer scorer, int index, RgbImage frame) {
    double score = scorer.score(index, frame);
    if (Double.isNaN(score)) {
      return false;
    }
    scores.put(index, score);
    return true;
  }

  private boolean dense(Scorer scorer) {
    List<int[]> gaps = changes();
    while (!gaps.isEmpty()) {
      // All gaps are halved at once, so that the clip is decoded once for each halving.
      int[] middles = gaps.stream().mapToInt(g -> (g[0] + g[1]) >>> 1).toArray();
      try (FrameStream frames = clip.open(middles)) {
        for (int middle : middles) {
          if (scores.size() >= rules.maxQuestions() || !ask(scorer, middle, frames.next())) {
            return false;
          }
        }
      }
      gaps = changes();
    }
    return true;
  }

  /** Neighbours of those asked about that differ, with frames between them and too much time. */
  private List<int[]> changes() {
    List<int[]> gaps = new ArrayList<>();
    Map.Entry<Integer, Double> before = null;
    for (Map.Entry<Integer, Double> e : scores.entrySet()) {
      if (before != null
          && shows(before.getValue()) != shows(e.getValue())
          && e.getKey() - before.getKey() > 1
          && clip.seconds(e.getKey()) - clip.seconds(before.getKey()) > rules.precision()) {
        gaps.add(new int[] {before.getKey(), e.getKey()});
      }
      before = e;
    }
    return gaps;
  }

  private boolean shows(double score) {
    return score >= rules.threshold();
  }

  /** What is known so far. */
  public List<Span> spans() {
    List<Span> spans = new ArrayList<>();
    List<Map.Entry<Integer, Double>> run = new ArrayList<>();
    for (Map.Entry<Integer, Double> e : scores.entrySet()) {
      if (shows(e.getValue())) {
        run.add(e);
      } else if (!run.isEmpty()) {
        spans.add(span(run, clip.seconds(e.getKey())));
        run.clear();
      }
    }
    if (!run.isEmpty()) {
      int last = run.getLast().getKey();
      spans.add(span(run, clip.seconds(last) + 1 / clip.fps()));
    }
    return List.copyOf(spans);
  }

  private Span span(List<Map.Entry<Integer, Double>> run, double end) {
    double sum = 0;
    Map.Entry<Integer, Double> best = run.getFirst();
    for (Map.Entry<Integer, Double> e : run) {
      sum += e.getValue();
      best = e.getValue() > best.getValue() ? e : best;
    }
    double start = clip.seconds(run.getFirst().getKey());
    return new Span(start, end, sum / run.size(), best.getKey());
  }
}
