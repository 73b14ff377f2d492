package dev.ocelli.server.api;

import dev.ocelli.server.batch.StateStore;
import dev.ocelli.server.batch.StateStore.Listing;
import dev.ocelli.server.batch.StateStore.Page;
import dev.ocelli.server.batch.StateStore.Table;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's files: what batches read and write. */
final class FilesApi {
  private static final List<String> PURPOSES = List.of("batch", "user_data", "vision");
  private static final int MOST_LISTED = 10_000;
  private static final int MOST_NAME = 512;
  private static final int PIECE = 1 << 16;

  static final Schema PAGE =
      Schema.named("the query of a list")
          .field("after", Type.STRING, "The id behind which the page begins.")
          .field("limit", Type.INTEGER, "Objects of the page.")
          .field("order", Type.STRING, "desc, newest first, or asc.");

  private static final Schema FILES =
      Schema.named("the query of a list of files")
          .with(PAGE)
          .field("purpose", Type.STRING, "Files of this purpose alone.");

  private final StateStore store;

  FilesApi(StateStore store) {
    this.store = store;
  }

  List<Route> routes() {
    return List.of(
        route(
            "POST",
            "/v1/files",
            "Keeps a file: multipart/form-data with purpose and file (OpenAI).",
            null,
            this::create),
        route("GET", "/v1/files", "Lists files.", FILES, this::list),
        route("GET", "/v1/files/*/content", "The content of a file.", null, this::content),
        route("GET", "/v1/files/*", "Describes a file.", null, this::retrieve),
        route("DELETE", "/v1/files/*", "Deletes a file.", null, this::delete));
  }

  private static Route route(
      String method, String path, String summary, @Nullable Schema query, Route.Handler handler) {
    return new Route(
        method,
        path,
        Route.Access.KEY,
        Errors::openAi,
        new Route.Doc(summary, null, query),
        handler);
  }

  private void create(Exchange x) throws IOException {
    try (Exchange.Form form = x.form(store.incoming(), store.rules().fileBytes())) {
      for (String name : form.names()) {
        if (!name.equals("purpose") && !name.equals("file")) {
          throw ApiError.field(name, "is not a field of a file; send purpose and file");
        }
      }
      String purpose = form.text("purpose");
      if (purpose == null || !PURPOSES.contains(purpose)) {
        throw ApiError.field(
            "purpose", "is '%s'; use one of %s".formatted(purpose, String.join(", ", PURPOSES)));
      }
      String name = form.fileName("file");
      if (name == null || name.isEmpty() || name.length() > MOST_NAME) {
        throw ApiError.field(
            "file", "is no file with a name of 1 to %d characters".formatted(MOST_NAME));
      }
      String id = StateStore.newId("file-");
      Path arrived = store.incoming().resolve(id);
      form.writeTo("file", arrived);
      ObjectNode out = Json.object();
      out.put("id", id);
      out.put("object", "file");
      out.put("bytes", Files.size(arrived));
      out.put("created_at", Instant.now().getEpochSecond());
      out.put("filename", name);
      out.put("purpose", purpose);
      out.put("status", "processed");
      try {
        store.addFile(x.caller().tenant(), arrived, out);
      } finally {
        Files.deleteIfExists(arrived);
      }
      x.json(200, out);
    }
  }

  private void list(Exchange x) throws IOException {
    Fields q = x.query();
    answer(
        x,
        store.list(
            Table.FILE,
            x.caller().tenant(),
            listing(q, MOST_LISTED, MOST_LISTED, q.string("purpose"))));
  }

  /** What a query asks for. */
  static Listing listing(Fields q, int usual, int most, @Nullable String purpose) {
    String order = q.string("order", "desc");
    if (!order.equals("asc") && !order.equals("desc")) {
      throw q.error("order", "is '%s'; use asc or desc".formatted(order));
    }
    return new Listing(
        q.string("after"), q.integer("limit", usual, 1, most), order.equals("asc"), purpose);
  }

  /** Answers with a page. */
  static void answer(Exchange x, Page page) throws IOException {
    ObjectNode out = Json.object();
    out.put("object", "list");
    ArrayNode data = out.putArray("data");
    page.objects().forEach(data::add);
    if (data.isEmpty()) {
      out.putNull("first_id").putNull("last_id");
    } else {
      out.set("first_id", page.objects().getFirst().path("id"));
      out.set("last_id", page.objects().getLast().path("id"));
    }
    out.put("has_more", page.more());
    x.json(200, out);
  }

  private void retrieve(Exchange x) throws IOException {
    ObjectNode file = store.find(Table.FILE, x.rest(), x.caller().tenant());
    if (file == null) {
      throw unknown(x);
    }
    x.json(200, file);
  }

  private void content(Exchange x) throws IOException {
    Path content = store.content(x.rest(), x.caller().tenant());
    if (content == null) {
      throw unknown(x);
    }
    String purpose =
        Objects.requireNonNull(store.find(Table.FILE, x.rest(), x.caller().tenant()))
            .path("purpose")
            .asString("");
    String type = purpose.startsWith("batch") ? "application/jsonl" : "application/octet-stream";
    if (x.method().equals("HEAD") || Files.size(content) == 0) {
      x.send(200, type, new byte[0]);
      return;
    }
    Exchange.Pieces pieces = x.pieces(type);
    try (InputStream in = Files.newInputStream(content)) {
      byte[] piece = new byte[PIECE];
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        pieces.write(Arrays.copyOf(piece, n));
      }
    }
  }

  private void delete(Exchange x) throws IOException {
    if (!store.removeFile(x.rest(), x.caller().tenant())) {
      throw unknown(x);
    }
    ObjectNode out = Json.object();
    out.put("id", x.rest());
    out.put("object", "file");
    out.put("deleted", true);
    x.json(200, out);
  }

  private static ApiError unknown(Exchange x) {
    return new ApiError(
            ApiError.Kind.NOT_FOUND,
            "there is no file '%s'; GET /v1/files lists yours".formatted(x.rest()))
        .code("file_not_found");
  }
}
