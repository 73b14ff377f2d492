package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Phaser;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Fetches what a part file lacks: one connection first, and more as soon as the server is seen to
 * answer ranges. A server that does not is read in one piece.
 */
final class Download {
  private static final int BUFFER = 1 << 17;
  private static final Pattern RANGE = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+|\\*)");

  private final Http http;
  private final HubSettings.Transport transport;
  private final RemoteFile file;
  private final URI origin;
  private final PartFile part;
  private final LongConsumer progress;

  private final Queue<Integer> open = new ConcurrentLinkedQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** Where the last redirect led, which need not be asked for again. */
  private volatile @Nullable URI direct;

  /** Whether the server has answered a range. */
  private volatile boolean ranges;

  /** An error of the disk, which no other try mends. */
  private static final class DiskFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final IOException failure;

    DiskFailure(IOException failure) {
      super(failure);
      this.failure = failure;
    }
  }

  /**
   * @param progress takes bytes as they come; less than zero when some are thrown away
   */
  Download(
      Http http,
      HubSettings.Transport transport,
      RemoteFile file,
      PartFile part,
      LongConsumer progress) {
    this.http = http;
    this.transport = transport;
    this.file = file;
    this.origin = Objects.requireNonNull(file.address(), "a file to download has an address");
    this.part = part;
    this.progress = progress;
  }

  /**
   * Returns when everything is there.
   *
   * @throws OcelliException when the server refuses, tries are used up, or the file is another one
   * @throws IOException when the disk cannot be written
   */
  void run() throws IOException {
    for (int i = 0; i < part.segments(); i++) {
      if (part.next(i) < part.end(i)) {
        open.add(i);
      }
    }
    if (open.isEmpty()) {
      return;
    }
    Phaser running = new Phaser(1);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    try {
      start(threads, running, true);
      running.awaitAdvanceInterruptibly(running.arrive());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OcelliException(
          Kind.RESOURCE, file.path() + ": interrupted; what is there is kept", e);
    } finally {
      threads.shutdownNow();
      threads.close();
    }
    Throwable e = failure.get();
    switch (e) {
      case null -> {}
      case DiskFailure disk -> throw disk.failure;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> throw new IllegalStateException(e);
    }
  }

  private void start(ExecutorService threads, Phaser running, boolean first) {
    running.register();
    threads.submit(() -> {
      try {
        work(first ? () -> widen(threads, running) : () -> {});
      } catch (Throwable e) {
        if (failure.compareAndSet(null, e)) {
          threads.shutdownNow();
        }
      } finally {
        running.arriveAndDeregister();
      }
    });
  }

  private void widen(ExecutorService threads, Phaser running) {
    int more = Math.min(transport.connections() - 1, open.size());
    for (int i = 0; i < more; i++) {
      start(threads, running, false);
    }
  }

  private void work(Runnable onRanges) {
    Runnable once = onRanges;
    for (Integer i = open.poll(); i != null; i = open.poll()) {
      Backoff backoff = new Backoff(transport.patience());
      while (part.next(i) < part.end(i) && failure.get() == null) {
        long before = part.next(i);
        try {
          fetch(i, once);
        } catch (IOException e) {
          // Without ranges the next try begins at zero: what came is no progress.
          if (ranges && part.next(i) > before) {
            backoff.progress();
          }
          if (e instanceof Http.Refused && direct != null) {
            direct = null; // a signed address that is too old
          } else {
            backoff.pause(file.path(), e);
          }
        }
        if (ranges) {
          once = () -> {};
        }
      }
    }
  }

  /** One request. */
  private void fetch(int i, Runnable onRanges) throws IOException {
    long from = part.next(i);
    long end = part.end(i);
    URI known = direct;
    try (Http.Reply reply = http.get(known != null ? known : origin, range(from, end))) {
      if (!"identity".equals(reply.headers().firstValue("Content-Encoding").orElse("identity"))) {
        throw new Http.Hopeless(Http.shown(reply.address()) + " sends the file compressed");
      }
      if (reply.status() == 200) {
        takeWhole(reply);
        return;
      }
      Matcher m = RANGE.matcher(reply.headers().firstValue("Content-Range").orElse(""));
      if (!m.matches() || Long.parseLong(m.group(1)) != from) {
        throw new Http.Hopeless(
            "%s sends another range than was asked for".formatted(Http.shown(reply.address())));
      }
      if (!m.group(3).equals("*") && Long.parseLong(m.group(3)) != file.size()) {
        throw changed(Long.parseLong(m.group(3)));
      }
      if (!reply.address().equals(origin)) {
        direct = reply.address();
      }
      ranges = true;
      onRanges.run();
      copy(reply.body(), i);
    }
  }

  private Map<String, String> range(long from, long end) {
    Map<String, String> headers = new HashMap<>();
    headers.put("Range", "bytes=%d-%d".formatted(from, end - 1));
    if (file.validator() != null) {
      headers.put("If-Range", file.validator());
    }
    return headers;
  }

  /** The server sends everything: it knows no ranges, or the file is another one by now. */
  private void takeWhole(Http.Reply reply) throws IOException {
    long length = reply.headers().firstValueAsLong("Content-Length").orElse(file.size());
    String tag = reply.headers().firstValue("ETag").orElse("");
    String then = file.validator();
    boolean other =
        then != null && then.startsWith("\"") && tag.startsWith("\"") && !then.equals(tag);
    if (length != file.size() || other) {
      throw changed(length);
    }
    if (ranges) {
      throw new IOException(Http.shown(reply.address()) + " answers ranges no more");
    }
    progress.accept(-part.present());
    disk(part::reset);
    for (int i = 0; i < part.segments(); i++) {
      copy(reply.body(), i);
    }
  }

  private void copy(InputStream body, int i) throws IOException {
    byte[] buffer = new byte[BUFFER];
    for (long left = part.end(i) - part.next(i); left > 0 && failure.get() == null; ) {
      int n = body.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (n < 0) {
        throw new IOException("the connection ended %,d bytes too early".formatted(left));
      }
      disk(() -> part.append(i, ByteBuffer.wrap(buffer, 0, n)));
      progress.accept(n);
      left -= n;
    }
  }

  /** What writes. */
  @FunctionalInterface
  private interface Write {
    void run() throws IOException;
  }

  private static void disk(Write write) {
    try {
      write.run();
    } catch (IOException e) {
      throw new DiskFailure(e);
    }
  }

  private OcelliException changed(long now) {
    return new OcelliException(
        Kind.MODEL,
        "%s: the server has another file (%,d bytes) than was announced (%,d bytes); pull again"
            .formatted(file.path(), now, file.size()));
  }
}
