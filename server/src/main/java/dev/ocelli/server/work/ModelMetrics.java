package dev.ocelli.server.work;

import dev.ocelli.engine.runtime.Reply;
import java.util.Collection;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/** Counts what happens to one model. */
final class ModelMetrics {
  private final String name;
  private final LongAdder replies = new LongAdder();
  private final LongAdder promptTokens = new LongAdder();
  private final LongAdder generatedTokens = new LongAdder();
  private final LongAdder loads = new LongAdder();
  private final LongAdder failedLoads = new LongAdder();
  private final LongAdder unloads = new LongAdder();
  private final DoubleAdder loadSeconds = new DoubleAdder();

  ModelMetrics(String name) {
    this.name = name;
  }

  void finished(Reply reply) {
    replies.increment();
    promptTokens.add(reply.promptTokens());
    generatedTokens.add(reply.tokens().size());
  }

  void loaded(double seconds) {
    loads.increment();
    loadSeconds.add(seconds);
  }

  void loadFailed() {
    failedLoads.increment();
  }

  void unloaded() {
    unloads.increment();
  }

  /** Writes the counters of several models, a line each. */
  static void write(Collection<ModelMetrics> models, StringBuilder out) {
    write(models, out, "replies", "Replies and embeddings by model.", m -> m.replies);
    write(models, out, "prompt_tokens", "Tokens of prompts by model.", m -> m.promptTokens);
    write(models, out, "generated_tokens", "Tokens of replies by model.", m -> m.generatedTokens);
    write(models, out, "loads", "Times that a model was loaded.", m -> m.loads);
    write(models, out, "load_failures", "Times that this failed.", m -> m.failedLoads);
    write(models, out, "load_seconds", "Time that loading took.", m -> m.loadSeconds);
    write(models, out, "unloads", "Times that a model was unloaded.", m -> m.unloads);
  }

  private static void write(
      Collection<ModelMetrics> models,
      StringBuilder out,
      String what,
      String help,
      Function<ModelMetrics, Number> value) {
    String metric = "ocelli_model_" + what + "_total";
    Metrics.head(out, metric, help, "counter");
    for (ModelMetrics m : models) {
      String label = m.name.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
      out.append("%s{model=\"%s\"} %s\n".formatted(metric, label, value.apply(m)));
    }
  }
}
