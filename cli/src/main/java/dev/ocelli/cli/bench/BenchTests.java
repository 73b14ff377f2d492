package dev.ocelli.cli.bench;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.Operations;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.ReplyListener;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.vision.ImageOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tests of a benchmark with one model: whole requests, measured by the phases that the
 * engine reports.
 */
final class BenchTests {
  /**
   * Small models run many times before code is compiled as well as it gets; of large ones, a run
   * takes longer than this.
   */
  private static final double WARM_MILLIS = 1000;

  private static final int MOST_WARMUPS = 50;

  private final LoadedModel model;
  private final ModelFlags flags;
  private final Runs runs;
  private final Interrupts interrupts;
  private final Progress progress;
  private @Nullable BenchPrompts prompts;
  private int pictures;

  /**
   * How often tests run.
   *
   * @param warmup whether there are runs before that do not count
   * @param counted runs that count
   * @param limits whether the machine's limits are measured before and behind
   */
  record Runs(boolean warmup, int counted, boolean limits) {}

  BenchTests(
      LoadedModel model, ModelFlags flags, Runs runs, Interrupts interrupts, Progress progress) {
    this.model = model;
    this.flags = flags;
    this.runs = runs;
    this.interrupts = interrupts;
    this.progress = progress;
  }

  /**
   * Runs one test.
   *
   * @throws OcelliException when the context is too small for it, or Ctrl-C was pressed
   */
  BenchResult run(BenchTest test) {
    BenchSize size = test.image();
    return size == null ? text(test) : image(test, size);
  }

  private BenchResult image(BenchTest test, BenchSize size) {
    return measure(
        test,
        () -> model.roofline().picture(model.plan(picture(size)).getFirst().grid()),
        () -> {
          Reply reply = finished(model.generate(picture(size), ReplyListener.NONE));
          int tokens = reply.media().getFirst().tokens();
          return new BenchResult.Sample(reply.timings().encode(), tokens);
        });
  }

  /** A request about a picture that no cache knows. */
  private Request picture(BenchSize size) {
    Media media = new Media.Picture(size.picture(pictures++), ImageOptions.DEFAULT);
    return BenchPrompts.picture(media);
  }

  private BenchResult text(BenchTest test) {
    BenchPrompts lengths = prompts;
    if (lengths == null) {
      lengths = BenchPrompts.of(model);
      prompts = lengths;
    }
    List<BenchSequence> sequences = new ArrayList<>();
    try {
      for (int i = 0; i < test.parallel(); i++) {
        sequences.add(new BenchSequence(model, lengths, test, i));
      }
      return measure(
          test,
          () -> model.roofline().prompt(test.depth(), test.prompt()),
          () -> test.parallel() > 1 ? together(sequences) : alone(test, sequences.getFirst()));
    } finally {
      sequences.forEach(BenchSequence::close);
    }
  }

  private BenchResult.Sample alone(BenchTest test, BenchSequence sequence) {
    Reply.Timings t = finished(sequence.run(ReplyListener.NONE)).timings();
    double millis = (test.prompt() > 0 ? t.prompt() : 0) + (test.generate() > 0 ? t.generate() : 0);
    return new BenchResult.Sample(millis, test.prompt() + test.generate());
  }

  private BenchResult.Sample together(List<BenchSequence> sequences) {
    List<Reply> replies = new ArrayList<>();
    BenchResult.Sample sample = BenchTogether.run(model, sequences, replies);
    replies.forEach(this::finished);
    return sample;
  }

  /**
   * Runs a test with its warm-up, and measures what limits it.
   *
   * @param work what a run of a prompt or picture computes
   */
  private BenchResult measure(
      BenchTest test, Supplier<Operations> work, Supplier<BenchResult.Sample> run) {
    String time = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    List<BenchResult.Sample> samples = new ArrayList<>();
    Runnable all = () -> samples.addAll(samples(test, run));
    BenchLimit limit = BenchLimit.UNKNOWN;
    if (runs.limits() && test.decodes()) {
      limit = BenchLimit.memory(model.roofline(), all);
    } else if (runs.limits() && (test.prefills() || test.image() != null)) {
      limit = BenchLimit.arithmetic(model.roofline(), work.get(), all);
    } else {
      all.run();
    }
    return new BenchResult(model.card(), flags, test, time, samples, limit);
  }

  private List<BenchResult.Sample> samples(BenchTest test, Supplier<BenchResult.Sample> run) {
    List<BenchResult.Sample> samples = new ArrayList<>();
    double warm = runs.warmup() ? 0 : WARM_MILLIS;
    for (int i = 0; i < MOST_WARMUPS && warm < WARM_MILLIS; i++) {
      progress.show("warming up " + test.name(), 0, 1);
      warm += run.get().millis();
    }
    for (int i = 0; i < runs.counted(); i++) {
      progress.show(test.name(), i, runs.counted());
      samples.add(run.get());
    }
    return samples;
  }

  private Reply finished(Reply reply) {
    if (reply.finish() == Reply.Finish.CANCELLED) {
      throw interrupted();
    }
    requireFinished();
    return reply;
  }

  /** Ends a benchmark that was interrupted. */
  void requireFinished() {
    if (interrupts.interrupted()) {
      throw interrupted();
    }
  }

  private static OcelliException interrupted() {
    return new OcelliException(Kind.USAGE, "the benchmark was interrupted; nothing is reported");
  }
}
