package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.TokenLogprobs;
import dev.ocelli.engine.tokenizer.Vocabulary;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.work.Dropped;
import dev.ocelli.server.work.Outcome;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Parts of answers that several APIs have in common. */
final class ReplyJson {
  /** What stands for minus infinity, which JSON cannot write, as in OpenAI's answers. */
  private static final double IMPOSSIBLE = -9999;

  private ReplyJson() {}

  /** Why a reply ended, in OpenAI's words. */
  static String finishReason(Reply reply) {
    return switch (reply.finish()) {
      case STOP -> reply.toolCalls().isEmpty() ? "stop" : "tool_calls";
      case LENGTH, CONTEXT -> "length";
      case REPETITION -> "repetition";
      case CANCELLED -> throw new IllegalStateException("nobody reads a cancelled reply");
    };
  }

  /** Numbers of tokens, as OpenAI counts them; a prompt counts once however many replies it has. */
  static ObjectNode usage(List<Outcome> outcomes, int repliesAPrompt) {
    int prompt = 0;
    int cached = 0;
    int completion = 0;
    int reasoning = 0;
    for (int i = 0; i < outcomes.size(); i++) {
      Reply r = outcomes.get(i).reply();
      if (i % repliesAPrompt == 0) {
        prompt += r.promptTokens();
        cached += r.reusedTokens();
      }
      completion += r.tokens().size();
      reasoning += outcomes.get(i).reasoningTokens();
    }
    ObjectNode out = Json.object();
    out.put("prompt_tokens", prompt);
    out.put("completion_tokens", completion);
    out.put("total_tokens", prompt + completion);
    out.putObject("prompt_tokens_details").put("cached_tokens", cached);
    out.putObject("completion_tokens_details").put("reasoning_tokens", reasoning);
    return out;
  }

  /** Where the time went: llama.cpp's names, and the phases before the prompt. */
  static ObjectNode timings(List<Outcome> outcomes) {
    int cached = 0;
    int prompt = 0;
    int predicted = 0;
    int drafted = 0;
    int accepted = 0;
    double[] ms = new double[7];
    for (Outcome o : outcomes) {
      Reply r = o.reply();
      cached += r.reusedTokens();
      prompt += r.promptTokens() - r.reusedTokens();
      predicted += r.tokens().size();
      drafted += r.drafts().drafted();
      accepted += r.drafts().accepted();
      ms[0] += o.queueMillis();
      ms[1] += o.decodeMillis() + r.timings().decodeImage();
      ms[2] += r.timings().preprocess();
      ms[3] += r.timings().encode();
      ms[4] += r.timings().prompt();
      ms[5] += r.timings().generate();
      ms[6] += r.timings().cache();
    }
    ObjectNode out = Json.object();
    out.put("queue_ms", rounded(ms[0]));
    out.put("decode_image_ms", rounded(ms[1]));
    out.put("preprocess_ms", rounded(ms[2]));
    out.put("encode_ms", rounded(ms[3]));
    out.put("cache_ms", rounded(ms[6]));
    out.put("cache_n", cached);
    out.put("prompt_n", prompt);
    out.put("prompt_ms", rounded(ms[4]));
    out.put("prompt_per_token_ms", rounded(prompt == 0 ? 0 : ms[4] / prompt));
    out.put("prompt_per_second", rounded(ms[4] == 0 ? 0 : prompt / ms[4] * 1e3));
    out.put("predicted_n", predicted);
    out.put("predicted_ms", rounded(ms[5]));
    out.put("predicted_per_token_ms", rounded(predicted == 0 ? 0 : ms[5] / predicted));
    out.put("predicted_per_second", rounded(ms[5] == 0 ? 0 : predicted / ms[5] * 1e3));
    out.put("draft_n", drafted);
    out.put("draft_n_accepted", accepted);
    return out;
  }

  private static double rounded(double v) {
    return Math.rint(v * 1000) / 1000;
  }

  /** Says what left the conversation, if anything did. */
  static void history(ObjectNode out, Outcome outcome) {
    Dropped d = outcome.dropped();
    if (d != null) {
      ObjectNode history = out.putObject("history");
      history.put("dropped_turns", d.turns());
      history.put("dropped_messages", d.messages());
      history.put("dropped_media", d.media());
      history.put("dropped_tokens", d.tokens());
      history.put("text", d.text());
    }
  }

  /** What became of pictures and clips: what the model saw of them. */
  static ArrayNode media(Reply reply) {
    ArrayNode out = Json.array();
    for (Reply.MediaUse m : reply.media()) {
      ObjectNode o = out.addObject();
      o.put("width", m.width());
      o.put("height", m.height());
      o.put("resized_width", m.resizedWidth());
      o.put("resized_height", m.resizedHeight());
      o.put("frames", m.grid().t());
      o.put("tokens", m.tokens());
      o.put("cached", m.cached());
    }
    return out;
  }

  /** Log-probabilities as chat completions have them. */
  static ArrayNode logprobs(List<Reply.Token> tokens, Vocabulary vocabulary) {
    ArrayNode out = Json.array();
    for (Reply.Token t : tokens) {
      TokenLogprobs p = t.logprobs();
      if (p != null) {
        ObjectNode o = out.addObject();
        o.put("id", t.id());
        token(o, t.id(), p.logprob(), vocabulary);
        ArrayNode top = o.putArray("top_logprobs");
        p.top()
            .forEach(
                a -> token(top.addObject().put("id", a.id()), a.id(), a.logprob(), vocabulary));
      }
    }
    return out;
  }

  private static void token(ObjectNode out, int id, double logprob, Vocabulary vocabulary) {
    byte[] bytes = vocabulary.bytes(id);
    out.put("token", new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
    out.put("logprob", finite(logprob));
    ArrayNode b = out.putArray("bytes");
    for (byte x : bytes) {
      b.add(x & 0xFF);
    }
  }

  static double finite(double logprob) {
    return Double.isInfinite(logprob) ? IMPOSSIBLE : logprob;
  }
}
