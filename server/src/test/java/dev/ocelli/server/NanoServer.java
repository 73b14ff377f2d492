package dev.ocelli.server;

import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.nano.NanoModel;
import dev.ocelli.server.http.AccessRecord;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import javax.imageio.ImageIO;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A server with the embedded model, and a client for it. */
final class NanoServer implements AutoCloseable {
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  final List<AccessRecord> log = new CopyOnWriteArrayList<>();
  final List<Throwable> faults = new CopyOnWriteArrayList<>();
  final OcelliServer server;
  private final @Nullable Engine engine;

  /** An answer. */
  record Answer(int status, String body, HttpResponse<String> response) {
    JsonNode json() {
      return Json.parse(body.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** The message of an error; Ollama's errors are nothing else. */
    String error() {
      JsonNode error = json().path("error");
      return error.isString() ? error.stringValue() : error.path("message").asString();
    }

    /** The values of an answer that has one a line. */
    List<JsonNode> lines() {
      return body.lines()
          .map(l -> Json.parse(l.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
          .toList();
    }

    /** The names of all events. */
    List<String> eventNames() {
      return body.lines().filter(l -> l.startsWith("event: ")).map(l -> l.substring(7)).toList();
    }

    /** The data of all events but the last, [DONE]. */
    List<JsonNode> events() {
      List<JsonNode> out = new ArrayList<>();
      body.lines()
          .filter(l -> l.startsWith("data: {"))
          .forEach(l ->
              out.add(
                  Json.parse(l.substring(6).getBytes(java.nio.charset.StandardCharsets.UTF_8))));
      return out;
    }
  }

  NanoServer() {
    this(b -> {});
  }

  NanoServer(Consumer<ServerOptions.Builder> change) {
    this(change, EngineOptions.DEFAULT.withThreads(2, 2));
  }

  NanoServer(Consumer<ServerOptions.Builder> change, EngineOptions engineOptions) {
    this(change, engine(engineOptions));
  }

  NanoServer(Consumer<ServerOptions.Builder> change, Engine engine) {
    this(change, engine, s -> s.serve(engine, "nano", List.of()));
  }

  /** A server with other models. */
  static NanoServer with(Consumer<ServerOptions.Builder> change, Consumer<OcelliServer> serve) {
    return new NanoServer(change, null, serve);
  }

  private NanoServer(
      Consumer<ServerOptions.Builder> change,
      @Nullable Engine engine,
      Consumer<OcelliServer> serve) {
    this.engine = engine;
    ServerOptions.Builder options = ServerOptions.onThisMachine(0).observer(observer());
    change.accept(options);
    server = OcelliServer.start(options.build());
    serve.accept(server);
  }

  /** A server whose model's chat template opens reasoning, as those of thinking models do. */
  static NanoServer thinking() {
    ModelFiles files = files();
    ModelFiles.ChatSource template = Objects.requireNonNull(files.text().chatTemplate());
    String opening = "{%- if add_generation_prompt %}{{- '<think>\\n' }}{%- endif %}";
    ModelFiles thinking =
        files.withChatTemplate(
            new ModelFiles.ChatSource(template.jinja() + opening, template.origin()));
    EngineOptions options = EngineOptions.DEFAULT.withThreads(2, 2);
    return new NanoServer(b -> {}, Engine.open(thinking, options, (done, total) -> {}));
  }

  static Engine engine(EngineOptions options) {
    return Engine.open(files(), options, (done, total) -> {});
  }

  static ModelFiles files() {
    Arena arena = Arena.ofAuto();
    return ModelFiles.of(
        GgufFile.of(NanoModel.text(arena), NanoModel.TEXT_ORIGIN),
        GgufFile.of(NanoModel.vision(arena), NanoModel.VISION_ORIGIN));
  }

  Observer observer() {
    return new Observer() {
      @Override
      public void access(AccessRecord record) {
        log.add(record);
      }

      @Override
      public void fault(String requestId, Throwable fault) {
        faults.add(fault);
      }
    };
  }

  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.port() + path);
  }

  Answer get(String path, String... headers) {
    return send(builder(path, headers).GET());
  }

  Answer delete(String path, String... headers) {
    return send(builder(path, headers).DELETE());
  }

  Answer post(String path, String body, String... headers) {
    return send(
        builder(path, headers)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  HttpRequest.Builder builder(String path, String... headers) {
    HttpRequest.Builder b = HttpRequest.newBuilder(uri(path));
    if (headers.length > 0) {
      b.headers(headers);
    }
    return b;
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> r = CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
      return new Answer(r.statusCode(), r.body(), r);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The base64 of a data URL. */
  static String base64(String url) {
    return url.substring(url.indexOf(',') + 1);
  }

  /** A picture of a shape on white as a data URL. */
  static String picture(int width, int height, Color color) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.setColor(color);
    g.fillOval(width / 4, height / 4, width / 2, height / 2);
    g.dispose();
    return "data:image/png;base64," + Base64.getEncoder().encodeToString(png(image));
  }

  static byte[] png(BufferedImage image) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    server.close();
    if (engine != null) {
      engine.close();
    }
  }
}
