package dev.ocelli.server;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.server.api.Apis;
import dev.ocelli.server.api.Errors;
import dev.ocelli.server.api.Replies;
import dev.ocelli.server.api.ServedModel;
import dev.ocelli.server.api.Service;
import dev.ocelli.server.http.AccessRecord;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.http.Policy;
import dev.ocelli.server.http.Router;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.work.Metrics;
import dev.ocelli.server.work.SlotPool;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Answers HTTP requests with a model.
 *
 * <p>A server listens as soon as it is started and says that the model is being loaded, until it
 * gets one with {@link #serve}. It prints nothing and reads no environment. Closing it lets running
 * requests end; the engine is its owner's.
 */
public final class OcelliServer implements AutoCloseable {
  /** Time for writing answers that are complete. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(5);

  private final ServerOptions options;
  private final Metrics metrics = new Metrics();
  private final MediaLoader media;
  private final HttpListener listener;
  private volatile @Nullable ServedModel model;
  private volatile boolean closing;

  private OcelliServer(ServerOptions options) {
    this.options = options;
    this.media = new MediaLoader(options.media());
    boolean loopback = isLoopback(options.address().host());
    if (!loopback && !options.keys().required() && !options.insecure()) {
      throw new OcelliException(
          Kind.USAGE,
          "%s can be reached from other machines, and there is no API key: give one with --api-key or --api-key-file, or --insecure to let everybody in"
              .formatted(options.address().host()));
    }
    Counting observer = new Counting(options.observer());
    Replies replies = new Replies(options.work().ping(), options.work().deadline(), observer);
    Router router =
        Apis.routes(
            new Service(() -> model, replies, metrics),
            options.exposed().slots(),
            options.exposed().metrics());
    Policy policy =
        new Policy(
            options.keys(),
            options.origins(),
            loopback && !options.keys().required() && !options.insecure(),
            () -> model != null,
            () -> closing);
    this.listener =
        HttpListener.start(
            options.address(), router, policy, options.limits(), observer, Errors::at);
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
   * Answers requests with a model from now on.
   *
   * @param name what clients call it
   * @param sampling settings that requests do not give, most explicit first; below them come those
   *     of the model's files
   */
  public void serve(Engine engine, String name, List<Layer> sampling) {
    SlotPool slots = new SlotPool(engine, options.work().slots(), options.work().queue(), metrics);
    model =
        new ServedModel(
            slots, name, List.copyOf(sampling), media, Instant.now(), engine.thinking());
  }

  /** Ends: running and waiting requests get their time, new ones are refused. */
  @Override
  public void close() {
    closing = true;
    ServedModel m = model;
    try {
      if (m != null) {
        m.slots().awaitQuiet(options.work().grace());
        m.slots().close();
      }
      listener.awaitQuiet(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      if (m != null) {
        m.slots().close();
      }
      listener.close();
      media.close();
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
