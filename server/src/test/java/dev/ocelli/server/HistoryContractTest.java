package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.runtime.EngineOptions;
import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.api.HistoryRule;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Conversations that outgrow the context: refused with the numbers, or without their oldest turns.
 */
class HistoryContractTest {
  private static final EngineOptions SMALL =
      EngineOptions.DEFAULT.withThreads(2, 2).withContextLength(400);
  private static final String PICTURE = NanoServer.picture(96, 96, Color.RED);
  private static NanoServer server;

  @BeforeAll
  static void open() {
    server = new NanoServer(b -> b.history(HistoryRule.ERROR), SMALL);
  }

  @AfterAll
  static void close() {
    server.close();
    assertThat(server.faults).isEmpty();
  }

  /** A conversation of numbered turns of about 70 tokens, the first with a picture. */
  private static ArrayNode turns(int count) {
    ArrayNode messages = Json.array();
    messages.addObject().put("role", "system").put("content", "Be brief.");
    for (int i = 0; i < count; i++) {
      ObjectNode user = messages.addObject().put("role", "user");
      String words = "Turn %d. ".formatted(i) + "What is this, and why? ".repeat(4);
      if (i == 0) {
        ArrayNode parts = user.putArray("content");
        parts.addObject().put("type", "image").put("image", PICTURE);
        parts.addObject().put("type", "text").put("text", words);
      } else {
        user.put("content", words);
      }
      if (i < count - 1) {
        messages
            .addObject()
            .put("role", "assistant")
            .put("content", "It is number %d.".formatted(i));
      }
    }
    return messages;
  }

  private static ObjectNode request(ArrayNode messages, String history) {
    ObjectNode out = Json.object();
    out.set("messages", messages);
    out.put("max_tokens", 4);
    if (!history.isEmpty()) {
      out.put("history", history);
    }
    return out;
  }

  private static Answer chat(ObjectNode request) {
    return server.post("/v1/chat/completions", Json.line(request));
  }

  private static ArrayNode without(ArrayNode messages, int from, int to) {
    ArrayNode out = Json.array();
    for (int i = 0; i < messages.size(); i++) {
      if (i < from || i >= to) {
        out.add(messages.get(i));
      }
    }
    return out;
  }

  @Test
  void isRefusedWithTheNumbersUnlessItMaySlide() {
    Answer refused = chat(request(turns(12), ""));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().at("/error/code").asString()).isEqualTo("context_length_exceeded");
    assertThat(refused.error())
        .matches("the prompt has \\d+ tokens .* the context holds 400 .*")
        .matches(".*; the last \\d of its 12 turns have \\d+ and would fit: history 'sliding' .*");
    assertThat(chat(request(turns(2), "")).status()).isEqualTo(200);
  }

  @Test
  void oldestTurnsLeaveWithTheirPictures() {
    ArrayNode messages = turns(12);
    Answer answer = chat(request(messages, "sliding"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    JsonNode history = answer.json().path("history");
    int turns = history.path("dropped_turns").intValue();
    assertThat(turns).isBetween(5, 10);
    assertThat(history.path("dropped_messages").intValue()).isEqualTo(2 * turns);
    assertThat(history.path("dropped_media").intValue()).isEqualTo(1);
    assertThat(history.path("text").asString())
        .startsWith(
            "the %d oldest turns (%d messages, 1 picture or clip; ".formatted(turns, 2 * turns));
    assertThat(answer.response().headers().firstValue("X-Ocelli-History"))
        .contains(history.path("text").asString());
    // The same as without these messages; the instructions have stayed.
    Answer rest = chat(request(without(messages, 1, 1 + 2 * turns), ""));
    assertThat(answer.json().path("choices")).isEqualTo(rest.json().path("choices"));
    assertThat(answer.json().at("/usage/prompt_tokens"))
        .isEqualTo(rest.json().at("/usage/prompt_tokens"));
    assertThat(rest.json().has("history")).isFalse();
  }

  @Test
  void turnsLeaveInStepsSoThatTheRestIsFoundAgain() {
    List<Integer> dropped = new ArrayList<>();
    int again = 0;
    for (int n = 6; n < 16; n++) {
      JsonNode answer = chat(request(turns(n), "sliding")).json();
      int turns = answer.at("/history/dropped_turns").asInt(0);
      boolean same = !dropped.isEmpty() && dropped.getLast() == turns;
      if (same && turns > 0) {
        again++;
        assertThat(answer.at("/usage/prompt_tokens_details/cached_tokens").intValue())
            .isGreaterThan(100);
      }
      dropped.add(turns);
    }
    assertThat(dropped).isSorted();
    assertThat(again).isPositive();
  }

  @Test
  void soManyTurnsStayAtMost() {
    JsonNode answer = chat(request(turns(9), "sliding:2")).json();
    assertThat(answer.at("/history/dropped_turns").intValue()).isEqualTo(7);
    // What fits is left alone.
    assertThat(chat(request(turns(3), "sliding:2")).json().has("history")).isFalse();
  }

  @Test
  void resultsOfToolsStayWithTheirCalls() {
    ArrayNode messages = turns(7);
    // The last question came between a call and its result.
    ArrayNode all = without(messages, messages.size() - 1, messages.size());
    all.addObject().put("role", "user").put("content", "Look it up. ".repeat(3));
    ObjectNode call = all.addObject().put("role", "assistant");
    call.putNull("content");
    ObjectNode function = call.putArray("tool_calls").addObject().put("type", "function");
    function.put("id", "c1").putObject("function").put("name", "look").put("arguments", "{}");
    all.addObject().put("role", "user").put("content", "Quick!");
    all.addObject().put("role", "tool").put("tool_call_id", "c1").put("content", "Found.");
    Answer answer = chat(request(all, "sliding:1"));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.json().at("/history/dropped_messages").intValue())
        .isEqualTo(all.size() - 1 - 4);
  }

  @Test
  void whatIsTooLongAloneIsRefusedAllTheSame() {
    ArrayNode messages = turns(3);
    messages.addObject().put("role", "user").put("content", "Why? ".repeat(500));
    Answer answer = chat(request(messages, "sliding"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("the context holds 400").contains("the last turn alone");
    assertThat(chat(request(turns(2), "slide")).error())
        .startsWith("history: history is 'slide'; use error, sliding");
    assertThat(chat(request(turns(2), "sliding:0")).status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          /v1/chat/completions | false
          /v1/chat/completions | true
          /v1/messages         | false
          /v1/messages         | true
          /v1/responses        | false
          /v1/responses        | true
          /api/chat            | false
          /api/chat            | true
          """)
  void everyApiSaysWhatLeft(String path, boolean stream) {
    ArrayNode messages = without(turns(10), 0, 3);
    ObjectNode request = Json.object().put("stream", stream).put("history", "sliding");
    switch (path) {
      case "/v1/responses" -> {
        request.put("max_output_tokens", 4).set("input", messages);
        request.remove("history");
        request.put("truncation", "auto");
      }
      case "/api/chat" -> {
        request.set("messages", messages);
        request.putObject("options").put("num_predict", 4);
      }
      default -> request.put("max_tokens", 4).set("messages", messages);
    }
    Answer answer = server.post(path, Json.line(request));
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("\"history\":{\"dropped_turns\":");
    assertThat(answer.response().headers().firstValue("X-Ocelli-History")).isPresent();
  }

  @Test
  void theServersRuleCountsWhereRequestsSayNothing() {
    try (NanoServer sliding = new NanoServer(b -> b.history(HistoryRule.SLIDING), SMALL)) {
      String long12 = Json.line(request(turns(12), ""));
      assertThat(sliding.post("/v1/chat/completions", long12).json().has("history")).isTrue();
      String strict = Json.line(request(turns(12), "error"));
      assertThat(sliding.post("/v1/chat/completions", strict).status()).isEqualTo(400);
    }
  }
}
