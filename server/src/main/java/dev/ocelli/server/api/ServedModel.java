package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Engine;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * A loaded model with its slots: plans what requests want.
 *
 * @param name what clients call it
 * @param defaults what the server's user said about sampling, most explicit first
 * @param loaded when it was ready
 * @param thinking whether it reasons before it answers
 */
public record ServedModel(
    SlotPool slots,
    String name,
    List<Layer> defaults,
    MediaLoader media,
    Instant loaded,
    boolean thinking) {

  public Engine engine() {
    return slots.engine();
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
   * @throws dev.ocelli.engine.OcelliException when the prompt does not fit the context, and so on
   */
  public List<Planned> plan(ChatRequest chat, Generation wanted) {
    Request request = request(chat, wanted);
    return repeat(request, engine().prepare(request), wanted.replies());
  }

  /** Plans replies to prompts that are tokens already, all replies of the first prompt first. */
  public List<Planned> plan(List<int[]> prompts, Generation wanted) {
    refuseUnsupported(new ChatRequest(List.of(), List.of(), List.of(), "auto"), wanted);
    List<Planned> all = new ArrayList<>();
    for (int[] ids : prompts) {
      Prepared prepared = engine().prepare(ids);
      Request request =
          engineRequest(new ChatRequest(List.of(), List.of(), List.of(), "auto"), wanted);
      all.addAll(repeat(request, prepared, wanted.replies()));
    }
    return all;
  }

  /** The request in the engine's form. */
  Request request(ChatRequest chat, Generation wanted) {
    refuseUnsupported(chat, wanted);
    return engineRequest(chat, wanted);
  }

  private Request engineRequest(ChatRequest chat, Generation wanted) {
    SamplingResolver.Resolved settled = sampling(wanted);
    return new Request(
        chat.messages(),
        chat.media(),
        chat.tools(),
        settled.sampling(),
        settled.maxTokens(),
        wanted.stop(),
        wanted.topLogprobs());
  }

  /** What is understood but cannot be done is refused here, and nowhere else. */
  private static void refuseUnsupported(ChatRequest chat, Generation wanted) {
    if (!chat.tools().isEmpty() && !chat.toolChoice().equals("none")) {
      throw ApiError.field(
          "tools", "calls of tools are not supported by this version; leave them out");
    }
    switch (wanted.constraint()) {
      case Constraint.None n -> {}
      case Constraint.JsonObject j -> throw unsupported("response_format");
      case Constraint.JsonSchema s -> throw unsupported("response_format");
      case Constraint.Grammar g -> throw unsupported("grammar");
    }
  }

  private static ApiError unsupported(String field) {
    return ApiError.field(
        field, "replies of a given form are not supported by this version; leave it out");
  }

  private List<Planned> repeat(Request request, Prepared prepared, int replies) {
    engine().requireRoom(prepared);
    List<Planned> all = new ArrayList<>();
    for (int i = 0; i < replies; i++) {
      all.add(new Planned(i == 0 ? request : reseeded(request, i), prepared));
    }
    return all;
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
        r.messages(), r.media(), r.tools(), other, r.maxTokens(), r.stop(), r.topLogprobs());
  }
}
