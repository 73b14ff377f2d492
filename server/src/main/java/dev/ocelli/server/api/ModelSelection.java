package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.work.ModelPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gets the model that a request asks for, loading it where it must be, and holds it until the
 * request is answered. Handlers find it with {@link Service#model}.
 */
final class ModelSelection {
  /** The field that names the model. */
  static final Schema MODEL =
      Schema.named("model")
          .field(
              "model",
              Schema.Type.STRING,
              "The model, as /v1/models names it; whatever it says where one alone is served.");

  /** The field that says what becomes of a conversation that has outgrown the context. */
  static final Schema HISTORY =
      Schema.named("history")
          .field(
              "history",
              Schema.Type.STRING,
              "A conversation that outgrows the context: error, sliding (whole oldest turns leave), or sliding:TURNS (so many stay at most).");

  private static final ScopedValue<ServedModel> CURRENT = ScopedValue.newInstance();

  private final Service service;

  ModelSelection(Service service) {
    this.service = service;
  }

  static ServedModel current() {
    return CURRENT.orElseThrow(
        () -> new IllegalStateException("the route was added without a selection of its model"));
  }

  /** The routes, those that need a model with the selection before their handlers. */
  List<Route> before(List<Route> routes) {
    List<Route> out = new ArrayList<>();
    for (Route r : routes) {
      boolean model = r.access() == Route.Access.MODEL || r.access() == Route.Access.METERED;
      out.add(model ? r.with(x -> select(x, r)) : r);
    }
    return out;
  }

  private void select(Exchange x, Route route) throws IOException, InterruptedException {
    Schema schema = route.doc().request();
    Fields f = schema == null ? null : x.fields();
    String name = f == null || !has(schema, "model") ? x.query("model") : f.string("model");
    ModelCatalog.Entry entry = service.catalog().wanted(name);
    try (ModelPool<ServedModel>.Lease lease =
        service.catalog().pool().acquire(entry.name(), service.replies().patience(x))) {
      if (f != null && has(schema, "keep_alive") && f.has("keep_alive")) {
        lease.keep(KeepAlive.read(f));
      }
      requireAdapter(name, entry.name(), lease.model());
      ServedModel model = lease.model().forTenant(x.caller().tenant());
      HistoryRule history = f == null ? null : history(f, schema);
      adapt(x, name, history == null ? model : model.with(history), route);
    }
  }

  /** An adapter that led to its model may have been lost, or unloaded, before that was loaded. */
  private void requireAdapter(@Nullable String name, String found, ServedModel model) {
    ModelCatalog catalog = service.catalog();
    if (name == null || catalog.alone() || catalog.names(name, found)) {
      return;
    }
    if (model.engine().adapters().find(name) == null) {
      throw ModelCatalog.notFound(
          "the adapter '%s' of model '%s' is there no longer; load it again (POST /v1/load_lora_adapter)"
              .formatted(name, found));
    }
  }

  /** Holds the adapters that the request asks for, or those in force, until it is answered. */
  private static void adapt(Exchange x, @Nullable String name, ServedModel model, Route route)
      throws IOException, InterruptedException {
    Schema schema = route.doc().request();
    Fields f = has(schema, "lora") ? x.fields() : null;
    AdapterSet wanted = AdapterFields.read(f, name, model);
    boolean byName = name != null && wanted != null && (f == null || !f.has("lora"));
    String as = byName ? String.valueOf(name) : model.name();
    try (AdapterSet.Lease lease = model.engine().adapters().hold(wanted)) {
      handle(x, model.with(lease.adapters(), as), route.handler());
    }
  }

  /** What the request says about long conversations, or null. */
  private static @Nullable HistoryRule history(Fields f, @Nullable Schema schema) {
    if (!has(schema, "history")) {
      return null;
    }
    String said = f.string("history");
    if (said == null) {
      // OpenAI's word for it.
      boolean auto = has(schema, "truncation") && "auto".equals(f.string("truncation"));
      return auto ? HistoryRule.SLIDING : null;
    }
    try {
      return HistoryRule.parse(said);
    } catch (OcelliException e) {
      throw f.error("history", String.valueOf(e.getMessage()));
    }
  }

  private static boolean has(@Nullable Schema schema, String field) {
    return schema != null && schema.field(field) != null;
  }

  /** The model holds for everything that the handler calls on the request's thread. */
  private static void handle(Exchange x, ServedModel model, Route.Handler handler)
      throws IOException, InterruptedException {
    try {
      ScopedValue.where(CURRENT, model)
          .call(() -> {
            handler.handle(x);
            return true;
          });
    } catch (IOException | InterruptedException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
