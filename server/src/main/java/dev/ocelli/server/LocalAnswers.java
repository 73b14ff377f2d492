package dev.ocelli.server;

import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.server.access.Caller;
import dev.ocelli.server.api.AdapterShelf;
import dev.ocelli.server.api.Apis;
import dev.ocelli.server.api.Errors;
import dev.ocelli.server.api.HistoryRule;
import dev.ocelli.server.api.ModelCatalog;
import dev.ocelli.server.api.Replies;
import dev.ocelli.server.api.ServedModel;
import dev.ocelli.server.api.Service;
import dev.ocelli.server.http.Dispatcher;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.media.MediaRules;
import dev.ocelli.server.work.Metrics;
import dev.ocelli.server.work.ModelPool;
import dev.ocelli.server.work.SlotPool;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Answers requests of the server's APIs with a model, without a server. */
public final class LocalAnswers implements AutoCloseable {
  private final ModelPool<ServedModel> pool;
  private final SlotPool slots;
  private final MediaLoader media;
  private final Dispatcher dispatcher;

  /**
   * A model that is its owner's.
   *
   * @param sampling settings that requests do not give, most explicit first
   * @param rules where pictures of requests may come from
   * @param videos how video files are read
   * @param replies that are made at once, each with a context of its own
   * @param faults is told of faults of the program
   */
  public LocalAnswers(
      Engine engine,
      List<Layer> sampling,
      MediaRules rules,
      VideoFile videos,
      int replies,
      Consumer<Throwable> faults) {
    Metrics metrics = new Metrics();
    String name = engine.files().name();
    media = new MediaLoader(rules, videos, null);
    slots = new SlotPool(engine, name, replies, Integer.MAX_VALUE, metrics);
    pool = new ModelPool<>(new ModelPool.Limits(0, null, 0, () -> 0), metrics, faults);
    pool.add(
        name,
        new ServedModel(
            slots,
            name,
            List.copyOf(sampling),
            media,
            engine.thinking(),
            new ServedModel.Rules(HistoryRule.ERROR, null, "")));
    ModelCatalog catalog =
        new ModelCatalog(
            List.of(
                new ModelCatalog.Entry(
                    name,
                    ModelSummary.of(engine.files()),
                    engine.contextLength(),
                    null,
                    Instant.now())),
            pool,
            new AdapterShelf());
    Observer observer =
        new Observer() {
          @Override
          public void fault(String requestId, Throwable fault) {
            faults.accept(fault);
          }
        };
    Replies maker = new Replies(Duration.ofDays(1), Duration.ZERO, observer);
    Service service = new Service(() -> catalog, () -> null, maker, metrics);
    dispatcher =
        new Dispatcher(Apis.routes(service, false, false, null), observer, Errors::at, false);
  }

  /**
   * Answers.
   *
   * @param unwanted whether nobody waits for the answer any more
   * @throws IOException when it is unwanted
   */
  public Dispatcher.Answer answer(Dispatcher.Call call, BooleanSupplier unwanted)
      throws IOException, InterruptedException {
    return dispatcher.answer(call, Caller.anonymous("batch"), unwanted);
  }

  /** Gives up what is being answered, and frees the memory of the contexts. */
  @Override
  public void close() {
    slots.close();
    pool.close();
    media.close();
  }
}
