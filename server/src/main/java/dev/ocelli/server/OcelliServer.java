package dev.ocelli.server;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.ModelSummary;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.server.access.Caller;
import dev.ocelli.server.api.AdapterShelf;
import dev.ocelli.server.api.Apis;
import dev.ocelli.server.api.Errors;
import dev.ocelli.server.api.ModelCatalog;
import dev.ocelli.server.api.Replies;
import dev.ocelli.server.api.ServedModel;
import dev.ocelli.server.api.Service;
import dev.ocelli.server.batch.BatchQueue;
import dev.ocelli.server.batch.StateRules;
import dev.ocelli.server.batch.StateStore;
import dev.ocelli.server.http.AccessRecord;
import dev.ocelli.server.http.Dispatcher;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.http.Policy;
import dev.ocelli.server.http.Router;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.work.LoadableModel;
import dev.ocelli.server.work.Metrics;
import dev.ocelli.server.work.ModelPool;
import dev.ocelli.server.work.SlotPool;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers HTTP requests with a model, or with several that it loads on demand.
 *
 * <p>A server listens as soon as it is started and says that the model is being loaded, until it
 * gets one with {@link #serve}. It prints nothing and reads no environment. Closing it lets running
 * requests end; an engine that it was given is its owner's.
 */
public final class OcelliServer implements AutoCloseable {
  /** Time for writing answers that are complete. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final ServerOptions options;
  private final Metrics metrics = new Metrics();
  private final MediaLoader media;
  private final HttpListener listener;
  private final @Nullable BatchQueue batches;
  private volatile @Nullable Offered models;
  private volatile ModelPool.@Nullable Loading loading;
  private volatile boolean closing;

  private OcelliServer(ServerOptions options) {
    this.options = options;
    boolean loopback = isLoopback(options.address().host());
    if (!loopback && !options.keys().required() && !options.insecure()) {
      throw new OcelliException(
          Kind.USAGE,
          "%s can be reached from other machines, and there is no API key: give one with --api-key or --api-key-file, or --insecure to let everybody in"
              .formatted(options.address().host()));
    }
    StateRules state = options.state();
    StateStore store = state == null ? null : new StateStore(state);
    this.media =
        new MediaLoader(options.media(), options.videos(), store == null ? null : store::content);
    Counting observer = new Counting(options.observer());
    Replies replies = new Replies(options.work().ping(), options.work().deadline(), observer);
    Router router =
        Apis.routes(
            new Service(this::catalog, () -> loading, replies, metrics),
            options.exposed().slots(),
            options.exposed().metrics(),
            options.adapterFolder());
    Policy policy =
        new Policy(
            options.keys(),
            options.origins(),
            loopback && !options.keys().required() && !options.insecure(),
            () -> models != null,
            () -> closing);
    this.batches = batches(store, router, observer);
    try {
      this.listener =
          HttpListener.start(
              options.address(),
              options.exposed().page() ? Apis.withPage(router) : router,
              policy,
              options.limits(),
              observer,
              Errors::at);
    } catch (Throwable e) {
      if (batches != null) {
        batches.close();
      }
      throw e;
    }
  }

  /** Adds the routes of batches; their requests take the way of all others. */
  private @Nullable BatchQueue batches(
      @Nullable StateStore store, Router router, Observer observer) {
    if (store == null) {
      router.add(Apis.withoutBatches());
      return null;
    }
    BatchQueue queue =
        new BatchQueue(
            store,
            this::caller,
            new Dispatcher(router, observer, Errors::at, true),
            options.work().slots(),
            this::fault);
    router.add(Apis.batches(store, queue));
    return queue;
  }

  /** Who has the key of a name; without keys everybody is nobody. */
  private @Nullable Caller caller(String name) {
    if (!options.keys().required()) {
      return name.isEmpty() ? Caller.anonymous("batches") : null;
    }
    return options.keys().named(name);
  }

  private void begin(Offered offered) {
    models = offered;
    if (batches != null) {
      batches.start();
    }
  }

  private @Nullable ModelCatalog catalog() {
    Offered offered = models;
    return offered == null ? null : offered.catalog();
  }

  /**
   * Begins to listen.
   *
   * @throws OcelliException USAGE when other machines could ask without a key, or files for TLS
   *     cannot be used; RESOURCE when the port cannot be had
   */
  public static OcelliServer start(ServerOptions options) {
    return new OcelliServer(options);
  }

  private static boolean isLoopback(String host) {
    try {
      for (InetAddress a : InetAddress.getAllByName(host)) {
        if (!a.isLoopbackAddress()) {
          return false;
        }
      }
      return true;
    } catch (UnknownHostException e) {
      throw new OcelliException(
          Kind.USAGE,
          "there is no address '%s' to listen on; use 127.0.0.1 or 0.0.0.0".formatted(host),
          e);
    }
  }

  /** The port that it listens on. */
  public int port() {
    return listener.port();
  }

  /**
   * Tells clients how far the model is that {@link #serve} will be given.
   *
   * @param done bytes of weights that are ready
   * @param total bytes of weights
   */
  public void loading(long done, long total) {
    loading = new ModelPool.Loading(done, total);
  }

  /**
   * Answers requests with a model from now on.
   *
   * @param name what clients call it
   * @param sampling settings that requests do not give, most explicit first; below them come those
   *     of the model's files
   */
  public void serve(Engine engine, String name, List<Layer> sampling) {
    ModelPool<ServedModel> pool =
        new ModelPool<>(new ModelPool.Limits(0, null, 0, () -> 0), metrics, this::fault);
    pool.add(name, served(engine, name, sampling));
    ModelCatalog.Entry entry =
        new ModelCatalog.Entry(
            name, ModelSummary.of(engine.files()), engine.contextLength(), null, Instant.now());
    AdapterShelf adapters = new AdapterShelf();
    adapters.note(name, engine.adapters());
    begin(new Offered(new ModelCatalog(List.of(entry), pool, adapters), pool));
  }

  /**
   * Answers requests with several models from now on, each loaded when it is asked for.
   *
   * @param offers at least one; their names differ
   * @param limits how many are loaded at once and for how long
   * @param sampling as of {@link #serve(Engine, String, List)}
   */
  public void serve(List<ModelOffer> offers, ModelPool.Limits limits, List<Layer> sampling) {
    ModelPool<ServedModel> pool = new ModelPool<>(limits, metrics, this::fault);
    AdapterShelf adapters = new AdapterShelf();
    List<ModelCatalog.Entry> entries = new ArrayList<>();
    for (ModelOffer o : offers) {
      entries.add(
          new ModelCatalog.Entry(o.name(), o.summary(), o.context(), o.problem(), Instant.now()));
      if (o.problem() == null) {
        pool.add(o.name(), new Loader(o, sampling, adapters));
      }
    }
    begin(new Offered(new ModelCatalog(entries, pool, adapters), pool));
  }

  private ServedModel served(Engine engine, String name, List<Layer> sampling) {
    ServerOptions.Work work = options.work();
    SlotPool slots = new SlotPool(engine, name, work.slots(), work.queue(), metrics);
    return new ServedModel(
        slots,
        name,
        List.copyOf(sampling),
        media,
        engine.thinking(),
        new ServedModel.Rules(options.history(), null, ""));
  }

  private void fault(Throwable fault) {
    options.observer().fault("", fault);
  }

  /** Loads an offered model and makes its slots. */
  private final class Loader implements LoadableModel<ServedModel> {
    private final ModelOffer offer;
    private final List<Layer> sampling;
    private final AdapterShelf adapters;

    Loader(ModelOffer offer, List<Layer> sampling, AdapterShelf adapters) {
      this.offer = offer;
      this.sampling = sampling;
      this.adapters = adapters;
    }

    @Override
    public long neededBytes() {
      return offer.neededBytes() + adapters.of(offer.name()).bytes();
    }

    @Override
    public ServedModel load(ModelLoader.Progress progress) {
      Engine engine = offer.opener().open(progress);
      try {
        // What requests loaded into it before it was unloaded.
        engine.adapters().restore(adapters.of(offer.name()), this::lost);
        adapters.note(offer.name(), engine.adapters());
        return served(engine, offer.name(), sampling);
      } catch (Throwable e) {
        engine.close();
        throw e;
      }
    }

    private void lost(Adapters.KeptEntry adapter, OcelliException problem) {
      fault(
          new IllegalStateException(
              "the adapter '%s' of model '%s' could not be loaded again and is gone"
                  .formatted(adapter.name(), offer.name()),
              problem));
    }

    @Override
    public void unload(ServedModel model) {
      model.slots().close();
      model.engine().close();
    }
  }

  /** Ends: running and waiting requests get their time, new ones are refused. */
  @Override
  public void close() {
    closing = true;
    if (batches != null) {
      batches.close();
    }
    Offered offered = models;
    if (offered != null) {
      offered.pool().stop();
    }
    List<SlotPool> slots = offered == null ? List.of() : offered.slots();
    try {
      long end = System.nanoTime() + options.work().grace().toNanos();
      for (SlotPool s : slots) {
        s.awaitQuiet(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      }
      slots.forEach(SlotPool::close);
      listener.awaitQuiet(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      slots.forEach(SlotPool::close);
      listener.close();
      if (offered != null) {
        offered.pool().close();
      }
      media.close();
    }
  }

  /** What is served. */
  private record Offered(ModelCatalog catalog, ModelPool<ServedModel> pool) {
    List<SlotPool> slots() {
      return pool.states().stream()
          .map(ModelPool.Status::model)
          .filter(Objects::nonNull)
          .map(ServedModel::slots)
          .toList();
    }
  }

  /** Counts responses on their way to whoever observes. */
  private final class Counting implements Observer {
    private final Observer next;

    Counting(Observer next) {
      this.next = next;
    }

    @Override
    public void access(AccessRecord record) {
      metrics.response(record.route(), record.status());
      next.access(record);
    }

    @Override
    public void fault(String requestId, Throwable fault) {
      next.fault(requestId, fault);
    }
  }
}
