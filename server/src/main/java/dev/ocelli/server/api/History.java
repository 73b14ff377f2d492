package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.runtime.Engine;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Prepared;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.work.Dropped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes a conversation fit the context: whole oldest turns leave with their pictures. A turn is a
 * message of the user with all that follows it up to the next; results of tools stay with their
 * calls, and instructions stay in any case.
 *
 * <p>Turns leave in steps of a quarter of the context. Between two steps the conversation begins
 * with the same turns, so that its keys and values are found again.
 */
final class History {
  /** Parts of the context: a step of leaving, and the most that is kept free for the reply. */
  private static final int QUARTER = 4;

  private final Engine engine;
  private final Request whole;

  /** Where each turn begins among the messages. */
  private final List<Integer> starts;

  private final Fitted all;

  /** What has been planned, by the number of turns that left. */
  private final Map<Integer, Fitted> fewer = new HashMap<>();

  private History(Engine engine, Request whole) {
    this.engine = engine;
    this.whole = whole;
    this.starts = starts(whole.messages());
    this.all = new Fitted(whole, engine.preparePrompt(whole), null);
  }

  /**
   * A conversation that fits.
   *
   * @param dropped what left it, or null
   */
  record Fitted(Request request, Prepared prepared, @Nullable Dropped dropped) {
    int tokens() {
      return prepared.prompt().ids().length;
    }
  }

  /**
   * Plans a conversation.
   *
   * @throws ApiError 400 with the numbers when it does not fit and nothing may leave, or when its
   *     last turn alone does not fit
   */
  static Fitted fit(Engine engine, Request request, HistoryRule rule) {
    History history = new History(engine, request);
    Fitted all = history.all;
    int context = engine.contextLength();
    if (!rule.sliding()) {
      if (all.tokens() >= context) {
        throw history.tooLong();
      }
      return all;
    }
    int reply = Math.max(1, context / QUARTER);
    int wanted = request.maxTokens() < 0 ? reply : Math.clamp(request.maxTokens(), 1, reply);
    return all.tokens() + wanted <= context ? all : history.slide(wanted, rule.turns());
  }

  private Fitted slide(int wanted, int most) {
    int context = engine.contextLength();
    int last = Math.max(0, starts.size() - 1);
    int least = Math.min(last, most == 0 ? 1 : Math.max(1, starts.size() - most));
    int step = Math.max(1, context / QUARTER);
    int leave = Math.ceilDiv(all.tokens() + wanted - context, step) * step;
    int turns = first(least, last, k -> all.tokens() - without(k).tokens() >= leave);
    if (turns < 0) {
      turns = first(least, last, k -> without(k).tokens() + wanted <= context);
    }
    Fitted rest = without(turns < 0 ? last : turns);
    if (rest.tokens() >= context) {
      throw tooLong();
    }
    return rest;
  }

  /** The smallest number of a range for which something holds, and holds for all above; or -1. */
  private static int first(int from, int to, IntPredicate holds) {
    if (!holds.test(to)) {
      return -1;
    }
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) / 2;
      if (holds.test(middle)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  /** What the engine says about the whole, and what would fit. */
  private ApiError tooLong() {
    try {
      engine.requireRoom(all.prepared());
    } catch (OcelliException e) {
      ApiError error = ApiError.of(e);
      return new ApiError(error.kind(), error.getMessage() + whatFits()).code(error.code());
    }
    throw new IllegalStateException("the conversation fits");
  }

  private String whatFits() {
    int context = engine.contextLength();
    int last = starts.size() - 1;
    if (last < 1) {
      return "";
    }
    int turns = first(1, last, k -> without(k).tokens() < context);
    return turns < 0
        ? "; the last turn alone, with the instructions, has %d".formatted(without(last).tokens())
        : "; the last %d of its %d turns have %d and would fit: history 'sliding' keeps what fits"
            .formatted(starts.size() - turns, starts.size(), without(turns).tokens());
  }

  /** The conversation without its oldest turns. */
  private Fitted without(int turns) {
    return turns == 0 ? all : fewer.computeIfAbsent(turns, this::plan);
  }

  private Fitted plan(int turns) {
    List<Message> messages = new ArrayList<>();
    List<Media> media = new ArrayList<>();
    int start = starts.get(turns);
    int next = 0;
    for (int i = 0; i < whole.messages().size(); i++) {
      Message m = whole.messages().get(i);
      int places = places(m);
      if (i >= start || m.role().equals("system")) {
        messages.add(m);
        media.addAll(whole.media().subList(next, next + places));
      }
      next += places;
    }
    Request rest = whole.withConversation(messages, media);
    Prepared prepared = engine.preparePrompt(rest);
    Dropped dropped =
        new Dropped(
            turns,
            whole.messages().size() - messages.size(),
            whole.media().size() - media.size(),
            all.tokens() - prepared.prompt().ids().length,
            engine.contextLength());
    return new Fitted(rest, prepared, dropped);
  }

  private static int places(Message m) {
    int n = 0;
    for (Content c : m.content()) {
      n += c instanceof Content.Text ? 0 : 1;
    }
    return n;
  }

  /**
   * Where turns begin. What comes before the first message of a user belongs to the first turn; so
   * does a message of a user to the turn before it, when results of tools follow whose calls are
   * there.
   */
  private static List<Integer> starts(List<Message> messages) {
    List<Integer> starts = new ArrayList<>();
    boolean calls = false;
    for (int i = 0; i < messages.size(); i++) {
      switch (messages.get(i).role()) {
        case "user" -> {
          starts.add(i);
          calls = false;
        }
        case "assistant" -> calls |= !messages.get(i).toolCalls().isEmpty();
        case "tool" -> {
          if (!calls && starts.size() > 1) {
            starts.removeLast();
            calls = true;
          }
        }
        default -> {}
      }
    }
    return starts;
  }
}
