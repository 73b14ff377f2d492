package dev.ocelli.server.http;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a port and hands requests to a router; HTTP/1.1, every request on a virtual thread.
 */
public final class HttpListener implements AutoCloseable {
  private static final int SEND_BUFFER = 128 << 10;

  private final Server server;
  private final PeerAwareConnector connector;
  private final ServerHandler handler;

  /**
   * Where to listen.
   *
   * @param port 0 for any free one
   * @param tls null for plain HTTP
   */
  public record Address(String host, int port, @Nullable TlsFiles tls) {}

  private HttpListener(Server server, PeerAwareConnector connector, ServerHandler handler) {
    this.server = server;
    this.connector = connector;
    this.handler = handler;
  }

  /**
   * Begins to listen.
   *
   * @param errors how errors are told that belong to no route, by path
   * @throws OcelliException RESOURCE when the port cannot be had
   */
  public static HttpListener start(
      Address address,
      Router router,
      Policy policy,
      HttpLimits limits,
      Observer observer,
      Function<String, ErrorShape> errors) {
    // A few platform threads move bytes; whatever may wait runs on virtual ones.
    QueuedThreadPool threads = new QueuedThreadPool(16, 4);
    threads.setName("ocelli-http");
    threads.setDaemon(true);
    threads.setVirtualThreadsExecutor(Executors.newVirtualThreadPerTaskExecutor());
    Server server = new Server(threads);
    PeerAwareConnector connector = new PeerAwareConnector(server, factories(address.tls(), limits));
    connector.setHost(address.host());
    connector.setPort(address.port());
    // A reader that stalls is noticed after these bytes, not after the megabytes of the system.
    connector.setAcceptedSendBufferSize(SEND_BUFFER);
    connector.setIdleTimeout(limits.idle().toMillis());
    server.addConnector(connector);
    server.addBean(new NetworkConnectionLimit(limits.connections(), connector));
    ServerHandler handler = new ServerHandler(router, policy, limits, observer, errors);
    server.setHandler(handler);
    server.setErrorHandler(new JsonErrors(errors));
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (Exception e) {
      stop(server);
      if (e instanceof IOException) {
        throw new OcelliException(
            Kind.RESOURCE,
            "cannot listen on %s:%d (%s); choose another --port or end what uses it"
                .formatted(address.host(), address.port(), cause(e)),
            e);
      }
      throw e instanceof RuntimeException r ? r : new IllegalStateException(e);
    }
    return new HttpListener(server, connector, handler);
  }

  private static String cause(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return String.valueOf(t.getMessage());
  }

  private static ConnectionFactory[] factories(@Nullable TlsFiles tls, HttpLimits limits) {
    HttpConfiguration config = new HttpConfiguration();
    config.setSendServerVersion(false);
    config.setRequestHeaderSize(limits.headerBytes());
    // Names of models have slashes, which clients escape: /v1/models/owner%2Fname.
    config.setUriCompliance(
        UriCompliance.DEFAULT.with("ocelli", UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR));
    HttpConnectionFactory http = new HttpConnectionFactory(config);
    if (tls == null) {
      return new ConnectionFactory[] {http};
    }
    SecureRequestCustomizer secure = new SecureRequestCustomizer();
    secure.setSniHostCheck(false);
    config.addCustomizer(secure);
    return new ConnectionFactory[] {new SslConnectionFactory(tls.load(), http.getProtocol()), http};
  }

  /** The port. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until every request has its answer; false when that takes longer. */
  public boolean awaitQuiet(Duration patience) throws InterruptedException {
    return handler.awaitQuiet(patience);
  }

  /** Ends all connections. */
  @Override
  public void close() {
    stop(server);
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception e) {
      // It is going away: what is still open closes with the process.
    }
  }
}
