package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.access.Caller;
import dev.ocelli.server.batch.StateStore.Live;
import dev.ocelli.server.http.Dispatcher;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Works on the batches of a server, one after the other, over restarts. */
public final class BatchQueue implements AutoCloseable {
  private static final String CHECKPOINT = "checkpoint";
  private static final String OUTPUT = "output.jsonl";
  private static final String ERRORS = "errors.jsonl";
  private static final int RETRIES = 3;
  private static final int MOST_ERRORS = 100;
  private static final int MOST_LIVE = 1000;

  private final StateStore store;
  private final Function<String, @Nullable Caller> callers;
  private final Dispatcher dispatcher;
  private final int workers;
  private final Consumer<Throwable> faults;
  private final Thread thread = Thread.ofVirtual().name("ocelli-batches").unstarted(this::work);
  private boolean closing;
  private @Nullable Live current;
  private @Nullable BatchRunner runner;
  private Checkpoint.Counts counts = new Checkpoint.Counts(0, 0, 0, 0);

  /**
   * A queue that does not work yet.
   *
   * @param callers who has the key of a name
   * @param workers requests at once
   * @param faults is told of faults of the program and of the disk
   */
  public BatchQueue(
      StateStore store,
      Function<String, @Nullable Caller> callers,
      Dispatcher dispatcher,
      int workers,
      Consumer<Throwable> faults) {
    this.store = store;
    this.callers = callers;
    this.dispatcher = dispatcher;
    this.workers = workers;
    this.faults = faults;
  }

  /** Begins to work, once. */
  public void start() {
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
  }

  /**
   * Takes a batch.
   *
   * @param object as clients see it
   * @throws ApiError 429 when too many wait
   */
  public synchronized void add(String tenant, ObjectNode object) {
    if (store.live().stream().filter(l -> l.tenant().equals(tenant)).count() >= MOST_LIVE) {
      throw new ApiError(
              ApiError.Kind.TOO_MANY,
              "%d batches wait already; try again when one is over".formatted(MOST_LIVE))
          .retryAfter(60);
    }
    store.addBatch(tenant, object);
    notifyAll();
  }

  /** A batch as clients see it, with counts of now, or null when there is none of the key. */
  public synchronized @Nullable ObjectNode find(String id, String tenant) {
    ObjectNode object = store.find(StateStore.Table.BATCH, id, tenant);
    return object == null ? null : counted(object);
  }

  /** The same with counts of now. */
  public synchronized ObjectNode counted(ObjectNode object) {
    Live working = current;
    if (working != null && working.id().equals(object.path("id").asString(""))) {
      put(object, counts);
    }
    return object;
  }

  private static void put(ObjectNode object, Checkpoint.Counts counts) {
    ObjectNode out = object.putObject("request_counts");
    out.put("total", counts.total());
    out.put("completed", counts.done());
    out.put("failed", counts.failed());
  }

  /**
   * Gives a batch up; what is answered already stays.
   *
   * @return the batch, or null when there is none of the key
   * @throws ApiError 400 when it is over
   */
  public synchronized @Nullable ObjectNode cancel(String id, String tenant) {
    ObjectNode object = find(id, tenant);
    if (object == null) {
      return null;
    }
    String status = object.path("status").asString("");
    if (!List.of("validating", "in_progress", "cancelling").contains(status)) {
      throw new ApiError(
          ApiError.Kind.INVALID,
          "the batch '%s' is %s; there is nothing to cancel".formatted(id, status));
    }
    ObjectNode changed =
        store.change(
            new Live(id, tenant, object),
            o -> {
              o.put("status", "cancelling");
              o.put("cancelling_at", now());
            });
    BatchRunner running = runner;
    if (running != null && current != null && current.id().equals(id)) {
      running.stop();
    }
    notifyAll();
    return counted(changed);
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }

  private void work() {
    try {
      for (Live batch = next(); batch != null; batch = next()) {
        try {
          process(batch);
        } catch (ApiError | OcelliException | UncheckedIOException | IOException e) {
          faults.accept(e);
          fail(batch, List.of(error(null, "server_error", String.valueOf(e.getMessage()))));
        }
      }
    } catch (InterruptedException e) {
      return; // The server closes; the next one goes on.
    } catch (Throwable e) {
      faults.accept(e);
    }
  }

  private synchronized @Nullable Live next() throws InterruptedException {
    current = null;
    runner = null;
    while (!closing) {
      List<Live> live = store.live();
      if (!live.isEmpty()) {
        current = live.getFirst();
        counts = new Checkpoint.Counts(0, 0, 0, 0);
        return current;
      }
      wait();
    }
    return null;
  }

  private void process(Live batch) throws IOException, InterruptedException {
    Path folder = store.batchFolder(batch.id());
    Files.createDirectories(folder);
    Caller caller = callers.apply(batch.tenant());
    if (caller == null) {
      fail(batch, List.of(error(null, "invalid_api_key", "the key of this batch is gone")));
      return;
    }
    Path input = store.content(batch.object().path("input_file_id").asString(""), batch.tenant());
    if (input == null) {
      fail(batch, List.of(error(null, "file_not_found", "the input file is gone")));
      return;
    }
    try (Checkpoint checkpoint = Checkpoint.open(folder.resolve(CHECKPOINT), "create it anew")) {
      if (checkpoint.fingerprint() == null && !begin(batch, checkpoint, input)) {
        return;
      }
      answer(batch, checkpoint, input, caller);
    }
  }

  /** Reads the input and notes its requests; false when it has errors, which the batch then has. */
  private boolean begin(Live batch, Checkpoint checkpoint, Path input) throws IOException {
    String endpoint = batch.object().path("endpoint").asString("");
    List<BatchItem> items = new ArrayList<>();
    List<ObjectNode> errors = new ArrayList<>();
    try (Lines lines = new Lines(input)) {
      Lines.Line line = lines.next();
      for (; line != null && errors.size() < MOST_ERRORS; line = lines.next()) {
        try {
          RequestLine request = RequestLine.of(Json.parse(line.bytes()));
          if (!request.path().equals(endpoint)) {
            throw ApiError.field(
                "url", "is '%s', and the batch is of %s".formatted(request.path(), endpoint));
          }
          items.add(new BatchItem(items.size(), request.key(), line.at(), line.bytes().length));
        } catch (ApiError e) {
          errors.add(error(line.number(), "invalid_request", String.valueOf(e.getMessage())));
        }
      }
      if (items.isEmpty() && errors.isEmpty()) {
        errors.add(error(null, "empty_file", "the file has no requests"));
      }
      if (errors.isEmpty()) {
        checkpoint.begin(batch.id(), items.iterator());
      }
    } catch (ApiError e) {
      errors.add(error(null, "invalid_request", String.valueOf(e.getMessage())));
    }
    if (!errors.isEmpty()) {
      fail(batch, errors);
    }
    return errors.isEmpty();
  }

  private void answer(Live batch, Checkpoint checkpoint, Path input, Caller caller)
      throws IOException, InterruptedException {
    Path folder = store.batchFolder(batch.id());
    Duration left =
        Duration.between(
            Instant.now(), Instant.ofEpochSecond(batch.object().path("expires_at").asLong()));
    Checkpoint.Counts before = checkpoint.counts();
    Function<Checkpoint.Finished, String> form =
        f ->
            RequestLine.output(
                f, "req_%s_%d".formatted(batch.id().substring(6), f.item().number()));
    try (BatchOutput output =
        new BatchOutput(checkpoint, folder.resolve(OUTPUT), folder.resolve(ERRORS), form)) {
      BatchRunner working =
          new BatchRunner(
              checkpoint,
              output,
              item ->
                  RequestLine.of(Json.parse(Lines.read(input, item.at(), item.length())))
                      .question(),
              (item, q, unwanted) -> {
                Dispatcher.Answer a =
                    dispatcher.answer(
                        new Dispatcher.Call(Exchange.newId(), q.path(), q.body()),
                        caller,
                        unwanted);
                return new BatchAnswer(a.status(), a.retryAfter(), Json.parse(a.body()));
              },
              new BatchRunner.Rules(
                  workers,
                  RETRIES,
                  false,
                  new BatchRunner.Budget(0, 0, left.isPositive() ? left : Duration.ofNanos(1))));
      if (begins(batch, working, before)) {
        working.run(pace -> counted(before, pace));
      }
      if (stoppedByClosing()) {
        return;
      }
      finish(batch, checkpoint, output);
    }
  }

  /** Notes what is working; false when the batch has been cancelled. */
  private synchronized boolean begins(Live batch, BatchRunner working, Checkpoint.Counts before) {
    counts = before;
    ObjectNode now =
        store.change(
            batch,
            o -> {
              if (o.path("status").asString("").equals("validating")) {
                o.put("status", "in_progress");
                o.put("in_progress_at", now());
              }
              put(o, before);
            });
    runner = working;
    return !closing && now.path("status").asString("").equals("in_progress");
  }

  private synchronized void counted(Checkpoint.Counts before, BatchRunner.Pace pace) {
    counts =
        new Checkpoint.Counts(
            before.total(),
            before.done() + pace.answered() - pace.failed(),
            before.failed() + pace.failed(),
            0);
  }

  private synchronized boolean stoppedByClosing() {
    return closing;
  }

  /** Makes files of the output, and ends the batch. */
  private void finish(Live batch, Checkpoint checkpoint, BatchOutput output) throws IOException {
    ObjectNode object =
        Objects.requireNonNull(store.find(StateStore.Table.BATCH, batch.id(), batch.tenant()));
    boolean cancelled = object.path("status").asString("").equals("cancelling");
    String status = cancelled ? "cancelled" : "completed";
    if (checkpoint.counts().open() > 0) {
      status = cancelled ? "cancelled" : "expired";
      String code = cancelled ? "batch_cancelled" : "batch_expired";
      String why = "the batch was %s before this request was answered".formatted(status);
      checkpoint.finishOpen(BatchAnswer.of(new ApiError(ApiError.Kind.DEADLINE, why).code(code)));
    }
    if (status.equals("completed")) {
      store.change(
          batch,
          o -> {
            o.put("status", "finalizing");
            o.put("finalizing_at", now());
          });
    }
    output.settle();
    Checkpoint.Counts all = checkpoint.counts();
    List<StateStore.Output> files = new ArrayList<>();
    if (all.done() > 0) {
      files.add(file(batch, "output_file_id", OUTPUT));
    }
    if (all.failed() > 0) {
      files.add(file(batch, "error_file_id", ERRORS));
    }
    String ended = status;
    ObjectNode last =
        Objects.requireNonNull(store.find(StateStore.Table.BATCH, batch.id(), batch.tenant()));
    store.end(
        new Live(batch.id(), batch.tenant(), last),
        files,
        o -> {
          o.put("status", ended);
          o.put(ended + "_at", now());
          put(o, all);
        });
    // Everything is in the files now.
    checkpoint.close();
    Files.deleteIfExists(store.batchFolder(batch.id()).resolve(CHECKPOINT));
  }

  private StateStore.Output file(Live batch, String field, String name) throws IOException {
    ObjectNode file = Json.object();
    file.put("id", StateStore.newId("file-"));
    file.put("object", "file");
    file.put("bytes", Files.size(store.batchFolder(batch.id()).resolve(name)));
    file.put("created_at", now());
    file.put("filename", batch.id() + "_" + name);
    file.put("purpose", "batch_output");
    file.put("status", "processed");
    return new StateStore.Output(field, name, file);
  }

  private static ObjectNode error(@Nullable Long line, String code, String message) {
    ObjectNode out = Json.object();
    out.put("code", code);
    out.put("line", line);
    out.put("message", message);
    out.putNull("param");
    return out;
  }

  private void fail(Live batch, List<ObjectNode> errors) {
    ObjectNode object =
        Objects.requireNonNull(store.find(StateStore.Table.BATCH, batch.id(), batch.tenant()));
    store.end(
        new Live(batch.id(), batch.tenant(), object),
        List.of(),
        o -> {
          o.put("status", "failed");
          o.put("failed_at", now());
          ArrayNode data = o.putObject("errors").put("object", "list").putArray("data");
          errors.forEach(data::add);
        });
  }

  /** Ends; batches that are not over go on when a queue of the same folder starts again. */
  @Override
  public void close() {
    synchronized (this) {
      closing = true;
      BatchRunner running = runner;
      if (running != null) {
        running.stop();
      }
      notifyAll();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    store.close();
  }
}
