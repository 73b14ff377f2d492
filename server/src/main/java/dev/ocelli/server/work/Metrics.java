package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Reply;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/** Counts what happens; written in the text format of Prometheus. */
public final class Metrics {
  private static final double[] BOUNDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 60, 120, 300
  };

  private final LongAdder refused = new LongAdder();
  private final LongAdder cancelled = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder cachedTokens = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();
  private final LongAdder pictures = new LongAdder();
  private final LongAdder cachedPictures = new LongAdder();
  private final Map<String, Histogram> phases = new TreeMap<>();
  private final Map<String, LongAdder> responses = new TreeMap<>();
  private final Map<String, ModelMetrics> models = new ConcurrentSkipListMap<>();

  /** Seconds that replies took, for guessing when a slot will be free. */
  private double meanSeconds = 1;

  private static final class Histogram {
    final LongAdder[] buckets = new LongAdder[BOUNDS.length];
    final LongAdder count = new LongAdder();
    final DoubleAdder sum = new DoubleAdder();

    Histogram() {
      java.util.Arrays.setAll(buckets, i -> new LongAdder());
    }

    void add(double seconds) {
      for (int i = 0; i < BOUNDS.length; i++) {
        if (seconds <= BOUNDS[i]) {
          buckets[i].increment();
        }
      }
      count.increment();
      sum.add(seconds);
    }
  }

  /** Begins at zero. */
  public Metrics() {
    for (String phase :
        new String[] {"queue", "decode_image", "preprocess", "encode", "prompt", "generate"}) {
      phases.put(phase, new Histogram());
    }
  }

  /** A response has been sent. */
  public void response(String route, int status) {
    String key = "route=\"%s\",status=\"%d\"".formatted(route, status);
    LongAdder counter;
    synchronized (responses) {
      counter = responses.computeIfAbsent(key, k -> new LongAdder());
    }
    counter.increment();
  }

  void started(double queueMillis) {
    add("queue", queueMillis);
  }

  void refused() {
    refused.increment();
  }

  /** Counts what one model does. */
  ModelMetrics model(String name) {
    return models.computeIfAbsent(name, ModelMetrics::new);
  }

  void loaded(String name, double seconds) {
    model(name).loaded(seconds);
  }

  void loadFailed(String name) {
    model(name).loadFailed();
  }

  void unloaded(String name) {
    model(name).unloaded();
  }

  void finished(String model, Outcome outcome) {
    Reply r = outcome.reply();
    model(model).finished(r);
    if (r.finish() == Reply.Finish.CANCELLED) {
      cancelled.increment();
    }
    promptTokens.add(r.promptTokens());
    cachedTokens.add(r.reusedTokens());
    generatedTokens.add(r.tokens().size());
    pictures.add(r.media().size());
    cachedPictures.add(r.media().stream().filter(Reply.MediaUse::cached).count());
    Reply.Timings t = r.timings();
    add("decode_image", outcome.decodeMillis() + t.decodeImage());
    add("preprocess", t.preprocess());
    add("encode", t.encode());
    add("prompt", t.prompt());
    add("generate", t.generate());
    double seconds =
        (outcome.decodeMillis() + t.preprocess() + t.encode() + t.prompt() + t.generate()) / 1e3;
    synchronized (this) {
      meanSeconds += (seconds - meanSeconds) / 8;
    }
  }

  private void add(String phase, double millis) {
    Histogram h = phases.get(phase);
    if (h != null) {
      h.add(millis / 1e3);
    }
  }

  /** When it is worth to try again, 1 to 60 seconds. */
  synchronized int secondsUntilFree(int waiting, int slots) {
    return (int) Math.clamp(Math.ceil(meanSeconds * (waiting + 1) / slots), 1, 60);
  }

  /**
   * The state of the loaded models, all together.
   *
   * @param running requests that slots work on
   * @param waiting requests that wait for a slot
   * @param slots of all of them
   * @param models that are loaded
   */
  public record Now(int running, int waiting, int slots, int models) {}

  /** Everything, with the state of the models. */
  public String text(Now now) {
    StringBuilder out = new StringBuilder();
    gauge(out, "ocelli_requests_running", "Requests that slots work on.", now.running());
    gauge(out, "ocelli_requests_waiting", "Requests that wait for a slot.", now.waiting());
    gauge(out, "ocelli_slots", "Requests that can be worked on at once.", now.slots());
    gauge(out, "ocelli_models_loaded", "Models in memory.", now.models());
    counter(out, "ocelli_requests_refused", "Requests refused because too many waited.", refused);
    counter(
        out, "ocelli_replies_cancelled", "Replies given up: client gone or too late.", cancelled);
    counter(out, "ocelli_prompt_tokens", "Tokens of prompts, cached ones included.", promptTokens);
    counter(
        out, "ocelli_prompt_tokens_cached", "Tokens of prompts not computed again.", cachedTokens);
    counter(out, "ocelli_generated_tokens", "Tokens of replies.", generatedTokens);
    counter(out, "ocelli_pictures", "Pictures and clips in prompts.", pictures);
    counter(out, "ocelli_pictures_cached", "Pictures and clips not encoded again.", cachedPictures);
    ModelMetrics.write(models.values(), out);
    head(out, "ocelli_responses_total", "Responses by route and status.", "counter");
    synchronized (responses) {
      responses.forEach(
          (labels, n) -> out.append("ocelli_responses_total{%s} %d\n".formatted(labels, n.sum())));
    }
    head(out, "ocelli_phase_seconds", "Time of replies by phase.", "histogram");
    phases.forEach((phase, h) -> histogram(out, phase, h));
    Runtime r = Runtime.getRuntime();
    gauge(out, "ocelli_heap_bytes", "Used Java heap.", r.totalMemory() - r.freeMemory());
    return out.toString();
  }

  private static void histogram(StringBuilder out, String phase, Histogram h) {
    for (int i = 0; i < BOUNDS.length; i++) {
      out.append(
          String.format(
              Locale.ROOT,
              "ocelli_phase_seconds_bucket{phase=\"%s\",le=\"%s\"} %d\n",
              phase,
              BOUNDS[i],
              h.buckets[i].sum()));
    }
    long count = h.count.sum();
    out.append(
        "ocelli_phase_seconds_bucket{phase=\"%s\",le=\"+Inf\"} %d\n".formatted(phase, count));
    out.append(
        String.format(
            Locale.ROOT, "ocelli_phase_seconds_sum{phase=\"%s\"} %s\n", phase, h.sum.sum()));
    out.append("ocelli_phase_seconds_count{phase=\"%s\"} %d\n".formatted(phase, count));
  }

  private static void gauge(StringBuilder out, String name, String help, long value) {
    head(out, name, help, "gauge");
    out.append(name).append(' ').append(value).append('\n');
  }

  private static void counter(StringBuilder out, String name, String help, LongAdder value) {
    head(out, name + "_total", help, "counter");
    out.append(name).append("_total ").append(value.sum()).append('\n');
  }

  static void head(StringBuilder out, String name, String help, String type) {
    out.append("# HELP %s %s\n# TYPE %s %s\n".formatted(name, help, name, type));
  }
}
