package dev.ocelli.server.api;

import dev.ocelli.server.batch.BatchQueue;
import dev.ocelli.server.batch.RequestLine;
import dev.ocelli.server.batch.StateStore;
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
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** OpenAI's batches: requests of a file that are answered when nobody else asks. */
final class BatchesApi {
  private static final Schema REQUEST =
      Schema.named("a batch")
          .field("input_file_id", Type.STRING, "A file of the purpose batch.")
          .field("endpoint", Type.STRING, "What all its requests ask.")
          .field(
              "completion_window", Type.STRING, "24h, or another number of hours (h) or days (d).")
          .field("metadata", Type.OBJECT, "Up to 16 texts, which come back with the batch.");

  private static final Pattern WINDOW = Pattern.compile("([1-9]\\d{0,2})([hd])");
  private static final int USUAL_LISTED = 20;
  private static final int MOST_LISTED = 100;
  private static final int MOST_PAIRS = 16;
  private static final int MOST_CHARACTERS = 512;

  private final StateStore store;
  private final BatchQueue queue;

  BatchesApi(StateStore store, BatchQueue queue) {
    this.store = store;
    this.queue = queue;
  }

  List<Route> routes() {
    return List.of(
        route(
            "POST",
            "/v1/batches",
            new Route.Doc("Begins a batch (OpenAI).", REQUEST),
            this::create),
        route(
            "GET", "/v1/batches", new Route.Doc("Lists batches.", null, FilesApi.PAGE), this::list),
        route(
            "POST", "/v1/batches/*/cancel", new Route.Doc("Gives a batch up.", null), this::cancel),
        route("GET", "/v1/batches/*", new Route.Doc("Describes a batch.", null), this::retrieve));
  }

  private static Route route(String method, String path, Route.Doc doc, Route.Handler handler) {
    return new Route(method, path, Route.Access.KEY, Errors::openAi, doc, handler);
  }

  private void create(Exchange x) throws IOException {
    Fields f = x.fields();
    String input = f.requireString("input_file_id");
    String tenant = x.caller().tenant();
    ObjectNode file = store.find(Table.FILE, input, tenant);
    if (file == null) {
      throw f.error(
          "input_file_id", "there is no file '%s'; send one to /v1/files".formatted(input));
    }
    if (!file.path("purpose").asString("").equals("batch")) {
      throw f.error("input_file_id", "the file's purpose is not batch");
    }
    String endpoint = f.requireString("endpoint");
    if (!RequestLine.PATHS.contains(endpoint)) {
      throw f.error(
          "endpoint",
          "is '%s'; use one of %s".formatted(endpoint, String.join(", ", RequestLine.PATHS)));
    }
    String window = f.requireString("completion_window");
    Matcher m = WINDOW.matcher(window);
    if (!m.matches()) {
      throw f.error(
          "completion_window", "is '%s'; use 24h, or a time such as 90h or 7d".formatted(window));
    }
    long n = Long.parseLong(m.group(1));
    Duration time = m.group(2).equals("h") ? Duration.ofHours(n) : Duration.ofDays(n);
    Instant now = Instant.now();
    ObjectNode out = Json.object();
    out.put("id", StateStore.newId("batch_"));
    out.put("object", "batch");
    out.put("endpoint", endpoint);
    out.putNull("errors");
    out.put("input_file_id", input);
    out.put("completion_window", window);
    out.put("status", "validating");
    out.putNull("output_file_id");
    out.putNull("error_file_id");
    out.put("created_at", now.getEpochSecond());
    out.put("expires_at", now.plus(time).getEpochSecond());
    for (String later :
        List.of(
            "in_progress",
            "finalizing",
            "completed",
            "failed",
            "expired",
            "cancelling",
            "cancelled")) {
      out.putNull(later + "_at");
    }
    ObjectNode counts = out.putObject("request_counts");
    counts.put("total", 0).put("completed", 0).put("failed", 0);
    out.set("metadata", metadata(f));
    queue.add(tenant, out);
    x.json(200, out);
  }

  private static @Nullable JsonNode metadata(Fields f) {
    JsonNode given = f.node("metadata");
    if (given == null) {
      return null;
    }
    boolean fine =
        given.size() <= MOST_PAIRS
            && given
                .valueStream()
                .allMatch(v -> v.isString() && v.stringValue().length() <= MOST_CHARACTERS);
    if (!fine) {
      throw f.error(
          "metadata",
          "must be up to %d texts of up to %d characters".formatted(MOST_PAIRS, MOST_CHARACTERS));
    }
    return given;
  }

  private void list(Exchange x) throws IOException {
    Page page =
        store.list(
            Table.BATCH,
            x.caller().tenant(),
            FilesApi.listing(x.query(), USUAL_LISTED, MOST_LISTED, null));
    page.objects().forEach(queue::counted);
    FilesApi.answer(x, page);
  }

  private void retrieve(Exchange x) throws IOException {
    x.json(200, known(x, queue.find(x.rest(), x.caller().tenant())));
  }

  private void cancel(Exchange x) throws IOException {
    x.json(200, known(x, queue.cancel(x.rest(), x.caller().tenant())));
  }

  private static ObjectNode known(Exchange x, @Nullable ObjectNode batch) {
    if (batch == null) {
      throw new ApiError(
              ApiError.Kind.NOT_FOUND,
              "there is no batch '%s'; GET /v1/batches lists yours".formatted(x.rest()))
          .code("batch_not_found");
    }
    return batch;
  }
}
