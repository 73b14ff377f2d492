package dev.ocelli.server.http;

import dev.ocelli.server.access.Caller;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A request and the answer to it. Used by one thread. */
public final class Exchange {
  /** Texts of forms that are kept in memory. */
  private static final long FIELD_BYTES = 1 << 14;

  private static final int MOST_PARTS = 16;

  private final String id;
  private final Transport transport;
  private final HttpLimits limits;
  private final BodyBudget budget;
  private @Nullable Route route;
  private @Nullable Caller caller;
  private @Nullable Usage usage;
  private @Nullable Fields fields;
  private long taken;
  private final long start = System.nanoTime();

  /**
   * What a request cost, for the access log.
   *
   * @param promptTokens of them, {@code cachedTokens} were not computed
   * @param pictures pictures and clips
   * @param queueMillis time before a slot was free
   * @param finish why the reply ended
   */
  public record Usage(
      int promptTokens,
      int cachedTokens,
      int tokens,
      int pictures,
      double queueMillis,
      String finish) {}

  Exchange(String id, Transport transport, HttpLimits limits, BodyBudget budget) {
    this.id = id;
    this.transport = transport;
    this.limits = limits;
    this.budget = budget;
  }

  /** A name for a request that has none yet. */
  public static String newId() {
    return "req_" + UUID.randomUUID().toString().replace("-", "");
  }

  /** A name of the request, also sent to the client. */
  public String id() {
    return id;
  }

  public String method() {
    return transport.method();
  }

  /** The path, decoded, without a slash at its end. */
  public String path() {
    String path = transport.path();
    String p = path.isEmpty() ? "/" : path;
    return p.length() > 1 && p.endsWith("/") ? p.substring(0, p.length() - 1) : p;
  }

  /** What stands in the place of the asterisk of the route's path. */
  public String rest() {
    return Objects.requireNonNull(route).rest(path());
  }

  /** A header's value, or null. */
  public @Nullable String header(String name) {
    return transport.header(name);
  }

  /** The client's address. */
  public String address() {
    return transport.address();
  }

  /** Who asks. */
  public Caller caller() {
    return Objects.requireNonNull(caller);
  }

  void caller(Caller who) {
    caller = who;
  }

  @Nullable Caller callerIfKnown() {
    return caller;
  }

  void route(Route found) {
    route = found;
  }

  @Nullable Route routeIfKnown() {
    return route;
  }

  /** Notes what the request cost. */
  public void usage(Usage cost) {
    usage = cost;
  }

  @Nullable Usage usageIfKnown() {
    return usage;
  }

  /** The body's fields, checked by the route's schema. */
  public Fields fields() throws IOException {
    Fields read = fields;
    if (read == null) {
      var schema = Objects.requireNonNull(Objects.requireNonNull(route).doc().request());
      read = schema.read(json(), "");
      fields = read;
    }
    return read;
  }

  /** The objects of a body that is an array, checked by the route's schema. */
  public List<Fields> items() throws IOException {
    var schema = Objects.requireNonNull(Objects.requireNonNull(route).doc().request());
    return schema.readList(json());
  }

  /** The value of a parameter of the URL, or null. */
  public @Nullable String query(String name) {
    return parameters().getValue(name);
  }

  /** How long ago the request came. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /**
   * The query's fields, checked by the route's schema. Names of arrays may end with brackets, as
   * some clients write them.
   *
   * @throws ApiError 400 that names an unknown field or one of a wrong type
   */
  public Fields query() {
    Schema schema = Objects.requireNonNull(Objects.requireNonNull(route).doc().query());
    ObjectNode values = Json.object();
    for (org.eclipse.jetty.util.Fields.Field field : parameters()) {
      String name = field.getName().replaceFirst("\\[\\d*]$", "");
      Schema.Field known = schema.field(name);
      values.set(name, typed(field.getValues(), known == null ? Type.ANY : known.type()));
    }
    return schema.read(values, "");
  }

  /** Texts as what a field is to be; where they are something else the schema says so. */
  private static JsonNode typed(List<String> texts, Type type) {
    if (type == Type.ARRAY || texts.size() > 1) {
      return Json.tree(texts);
    }
    String text = texts.getFirst();
    return switch (type) {
      case INTEGER ->
          text.matches("-?\\d{1,9}") ? Json.tree(Integer.valueOf(text)) : Json.tree(text);
      case BOOLEAN ->
          text.matches("true|false") ? Json.tree(Boolean.valueOf(text)) : Json.tree(text);
      default -> Json.tree(text);
    };
  }

  private org.eclipse.jetty.util.Fields parameters() {
    try {
      return transport.query();
    } catch (RuntimeException e) {
      throw new ApiError(ApiError.Kind.INVALID, "the query cannot be read; check its % signs");
    }
  }

  /**
   * The body.
   *
   * @throws ApiError 400, 408 or 413
   */
  private JsonNode json() throws IOException {
    String type = header("Content-Type");
    if (type != null && type.startsWith("multipart/")) {
      throw new ApiError(
          ApiError.Kind.INVALID, "the body is %s; send application/json".formatted(type));
    }
    byte[] body = body();
    if (body.length == 0) {
      throw new ApiError(ApiError.Kind.INVALID, "the request has no body; send a JSON object");
    }
    return Json.parse(body);
  }

  /** The parts of a form with files, which are to be closed. */
  public interface Form extends AutoCloseable {
    /** The names of all fields. */
    List<String> names();

    /** The text of a field, or null. */
    @Nullable String text(String name);

    /** The name of the file in a field, or null when there is no such file. */
    @Nullable String fileName(String name);

    /** Moves the file in a field to a place of the same disk. */
    void writeTo(String name, Path target) throws IOException;

    @Override
    void close();
  }

  /**
   * The body as a form with files.
   *
   * @param folder where files are written while they arrive
   * @param most bytes of the body
   * @throws ApiError 400 or 413
   */
  public Form form(Path folder, long most) throws IOException {
    String type = header("Content-Type");
    if (type == null || !type.startsWith("multipart/form-data")) {
      throw new ApiError(
          ApiError.Kind.INVALID, "the body is %s; send multipart/form-data".formatted(type));
    }
    ApiError large =
        new ApiError(
            ApiError.Kind.TOO_LARGE,
            "the file is larger than %d MiB; split it".formatted(most >> 20));
    if (transport.length() > most) {
      responseHeader("Connection", "close");
      throw large;
    }
    MultiPartConfig config =
        new MultiPartConfig.Builder()
            .location(folder)
            .maxSize(most)
            .maxPartSize(most)
            .maxMemoryPartSize(FIELD_BYTES)
            .maxParts(MOST_PARTS)
            .build();
    try {
      return new PartsForm(transport.parts(config));
    } catch (RuntimeException e) {
      responseHeader("Connection", "close");
      String why = String.valueOf(e.getMessage());
      throw why.contains("max length")
          ? large
          : new ApiError(ApiError.Kind.INVALID, "the form cannot be read: " + why);
    }
  }

  private record PartsForm(MultiPartFormData.Parts parts) implements Form {
    @Override
    public List<String> names() {
      List<String> names = new ArrayList<>();
      parts.forEach(p -> names.add(p.getName()));
      return names;
    }

    @Override
    public @Nullable String text(String name) {
      MultiPart.Part part = parts.getFirst(name);
      if (part == null) {
        return null;
      }
      try {
        if (part.getLength() <= FIELD_BYTES) {
          return part.getContentAsString(StandardCharsets.UTF_8);
        }
      } catch (IllegalArgumentException e) {
        throw ApiError.field(name, "is no text in UTF-8");
      }
      throw ApiError.field(name, "is longer than %d bytes".formatted(FIELD_BYTES));
    }

    @Override
    public @Nullable String fileName(String name) {
      MultiPart.Part part = parts.getFirst(name);
      return part == null ? null : part.getFileName();
    }

    @Override
    public void writeTo(String name, Path target) throws IOException {
      Objects.requireNonNull(parts.getFirst(name)).writeTo(target);
    }

    @Override
    public void close() {
      parts.close();
    }
  }

  private byte[] body() throws IOException {
    long length = transport.length();
    if (length > limits.bodyBytes()) {
      throw tooLarge();
    }
    ByteArrayOutputStream all = new ByteArrayOutputStream((int) Math.clamp(length, 512, 1 << 16));
    byte[] buffer = new byte[1 << 14];
    long start = System.nanoTime();
    try (InputStream in = transport.body()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        if (all.size() + (long) n > limits.bodyBytes()) {
          throw tooLarge();
        }
        budget.take(n);
        taken += n;
        all.write(buffer, 0, n);
        requirePace(System.nanoTime() - start, all.size());
      }
    } catch (IOException e) {
      if (e.getCause() instanceof TimeoutException) {
        throw tooSlow();
      }
      throw e;
    }
    return all.toByteArray();
  }

  /** Who sends a byte now and then would hold its connection for hours. */
  private void requirePace(long nanos, long bytes) {
    double allowed = limits.idle().toSeconds() + (double) bytes / limits.bytesPerSecond();
    if (nanos / 1e9 > allowed) {
      throw tooSlow();
    }
  }

  private ApiError tooSlow() {
    responseHeader("Connection", "close");
    return new ApiError(ApiError.Kind.TOO_SLOW, "the request's body did not arrive in time");
  }

  private ApiError tooLarge() {
    responseHeader("Connection", "close");
    return new ApiError(
        ApiError.Kind.TOO_LARGE,
        "the request's body is larger than %d bytes; send fewer or smaller pictures, or start the server with a larger --max-body"
            .formatted(limits.bodyBytes()));
  }

  /** Sets a header of the answer. */
  public void responseHeader(String name, String value) {
    transport.responseHeader(name, value);
  }

  /** Whether the answer has begun: its status cannot change any more. */
  public boolean committed() {
    return transport.committed();
  }

  int status() {
    return transport.status();
  }

  /** Answers with JSON. */
  public void json(int status, JsonNode value) throws IOException {
    send(status, "application/json; charset=utf-8", Json.bytes(value));
  }

  /** Answers with bytes. */
  public void send(int status, String type, byte[] body) throws IOException {
    transport.status(status);
    responseHeader("Content-Type", type);
    responseHeader("Content-Length", String.valueOf(body.length));
    boolean head = method().equals("HEAD");
    transport.write(true, head ? ByteBuffer.allocate(0) : ByteBuffer.wrap(body));
  }

  /** Answers that what the client has is still right. */
  public void notModified() throws IOException {
    transport.status(304);
    transport.write(true, ByteBuffer.allocate(0));
  }

  /** An answer that is written piece by piece; nothing is sent before the first piece. */
  public Pieces pieces(String type) {
    return new Pieces(type);
  }

  /** Writes an answer piece by piece; each is sent at once. */
  public final class Pieces {
    private final String type;

    private Pieces(String type) {
      this.type = type;
    }

    /** Sends a piece. */
    public void write(byte[] piece) throws IOException {
      if (!committed()) {
        transport.status(200);
        responseHeader("Content-Type", type);
        responseHeader("Cache-Control", "no-cache");
        responseHeader("X-Accel-Buffering", "no");
      }
      transport.write(false, ByteBuffer.wrap(piece));
    }
  }

  /**
   * Whether the client has closed the connection. To be asked after the body has been read and
   * before the answer is complete.
   */
  public boolean peerGone() {
    return transport.peerGone();
  }

  /** Whether it is nobody's request of now: it may wait until those have their answers. */
  public boolean background() {
    return transport.background();
  }

  /** Gives back what the body took of the memory for bodies. */
  void finish() {
    budget.giveBack(taken);
    taken = 0;
  }
}
