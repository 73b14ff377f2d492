package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Pooling;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Presets;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.sampling.SamplingResolver;
import dev.ocelli.engine.sampling.SamplingResolver.Layer;
import dev.ocelli.server.media.MediaLoader;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Planned;
import dev.ocelli.server.work.SlotPool;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A loaded model with its slots: plans what requests want.
 *
 * @param name what clients call it
 * @param defaults what the server's user said about sampling, most explicit first
 * @param thinking whether it reasons before it answers
 * @param rules what differs from request to request
 */
public record ServedModel(
    SlotPool slots,
    String name,
    List<Layer> defaults,
    MediaLoader media,
    boolean thinking,
    Rules rules) {

  /**
   * What differs from request to request.
   *
   * @param history what becomes of conversations that outgrow the context
   * @param adapters LoRA adapters of replies; null for those in force when they begin
   * @param tenant whose files the request may name by ids
   */
  public record Rules(HistoryRule history, @Nullable AdapterSet adapters, String tenant) {}

  public Engine engine() {
    return slots.engine();
  }

  /** The same with another rule for long conversations. */
  ServedModel with(HistoryRule rule) {
    return new ServedModel(
        slots, name, defaults, media, thinking, new Rules(rule, rules.adapters(), rules.tenant()));
  }

  /**
   * The same with adapters, under the name that the request has for it.
   *
   * @param adapters held as long as replies are made
   */
  ServedModel with(AdapterSet adapters, String as) {
    return new ServedModel(
        slots, as, defaults, media, thinking, new Rules(rules.history(), adapters, rules.tenant()));
  }

  /** The same for a request of a tenant. */
  ServedModel forTenant(String tenant) {
    return new ServedModel(
        slots,
        name,
        defaults,
        media,
        thinking,
        new Rules(rules.history(), rules.adapters(), tenant));
  }

  /** Settles the sampling settings of a request. */
  SamplingResolver.Resolved sampling(Generation wanted) {
    List<Layer> layers = new ArrayList<>();
    layers.add(new Layer("request", wanted.sampling()));
    if (wanted.preset() != null) {
      layers.add(Layer.preset(Presets.named(wanted.preset())));
    }
    layers.addAll(defaults);
    layers.add(engine().files().text().sampling());
    return SamplingResolver.resolve(
        layers, thinking ? Presets.OFFICIAL_THINKING : Presets.OFFICIAL_INSTRUCT);
  }

  /**
   * Plans replies to a conversation; nothing is decoded or computed.
   *
   * @throws ApiError 400 when something is wanted that cannot be done
   * @throws OcelliException when the prompt does not fit the context, and so on
   */
  List<Planned> plan(ChatRequest chat, Generation wanted) {
    History.Fitted fitted = History.fit(engine(), request(chat, wanted), rules.history());
    return repeat(fitted, wanted);
  }

  /** Plans replies to prompts that are tokens already, all replies of the first prompt first. */
  List<Planned> plan(List<int[]> prompts, Generation wanted) {
    List<Planned> all = new ArrayList<>();
    for (int[] ids : prompts) {
      Request request = request(ChatRequest.NONE, wanted);
      Prepared prepared = engine().prepare(ids);
      engine().requireRoom(prepared);
      all.addAll(repeat(new History.Fitted(request, prepared, null), wanted));
    }
    return all;
  }

  /**
   * Plans the pooling of prompts' states.
   *
   * @throws OcelliException when a prompt does not fit the context
   */
  List<Planned> planEmbeddings(List<Prepared> prompts, Pooling pooling) {
    Request request = request(ChatRequest.NONE, Generation.DEFAULTS);
    List<Planned> all = new ArrayList<>();
    for (Prepared p : prompts) {
      engine().requireRoom(p);
      all.add(new Planned(request, p, null, pooling));
    }
    return all;
  }

  /** The request in the engine's form. */
  Request request(ChatRequest chat, Generation wanted) {
    SamplingResolver.Resolved settled = sampling(wanted);
    return new Request(
            chat.messages(),
            chat.media(),
            chat.tools(),
            settled.sampling(),
            settled.maxTokens(),
            wanted.stop(),
            wanted.topLogprobs())
        .withCacheSalt(wanted.cacheSalt())
        .withAdapters(rules.adapters())
        .with(wanted.form().control());
  }

  private List<Planned> repeat(History.Fitted fitted, Generation wanted) {
    Request request = fitted.request();
    requireForm(request, fitted.prepared(), wanted.form().constraintField());
    List<Planned> all = new ArrayList<>();
    for (int i = 0; i < wanted.replies(); i++) {
      Request own = i == 0 ? request : reseeded(request, i);
      all.add(new Planned(own, fitted.prepared(), fitted.dropped(), null));
    }
    return all;
  }

  /** Errors name the field, be it the constraint's or the tools. */
  private void requireForm(Request request, Prepared prepared, String constraintField) {
    try {
      engine().requireForm(request, prepared);
    } catch (OcelliException e) {
      boolean tools = constraintField.isEmpty() || allowed(request.control().constraint());
      String field = tools ? "tools" : constraintField;
      throw ApiError.field(field, String.valueOf(e.getMessage()));
    }
  }

  private static boolean allowed(Constraint constraint) {
    try {
      constraint.check();
      return true;
    } catch (OcelliException e) {
      return false;
    }
  }

  private static Request reseeded(Request r, int more) {
    Sampling s = r.sampling();
    Sampling other =
        Sampling.builder()
            .temperature(s.temperature())
            .topK(s.topK())
            .topP(s.topP())
            .minP(s.minP())
            .typicalP(s.typicalP())
            .penalties(s.penalties())
            .dry(s.dry())
            .seed(s.seed() + more)
            .logitBias(s.logitBias())
            .ignoreEos(s.ignoreEos())
            .minTokens(s.minTokens())
            .build();
    return new Request(
            r.messages(), r.media(), r.tools(), other, r.maxTokens(), r.stop(), r.topLogprobs())
        .withCacheSalt(r.cacheSalt())
        .withAdapters(r.adapters())
        .with(r.control());
  }
}
