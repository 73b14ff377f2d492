package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import dev.ocelli.server.access.ApiKeys;
import java.awt.Color;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What OpenAI's clients send to responses and get back. */
@TestInstance(Lifecycle.PER_CLASS)
class ResponsesContractTest {
  private static final String RESPONSES = "/v1/responses";
  private static final String RED = NanoServer.picture(128, 96, Color.RED);
  private static final String ABOUT =
      """
      {"model": "gpt", "temperature": 0, "max_output_tokens": 24%s, "input": [{"role": "user", "content": [
        {"type": "input_image", "image_url": "%s", "detail": "auto", "file_id": null},
        {"type": "input_text", "text": "Describe this image."}]}]}\
      """;

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String about(String more) {
    return ABOUT.formatted(more, RED);
  }

  private static JsonNode ok(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json();
  }

  private static String text(JsonNode response) {
    return response
        .path("output")
        .path(response.path("output").size() - 1)
        .path("content")
        .path(0)
        .path("text")
        .stringValue();
  }

  @Test
  void describesAPicture() {
    JsonNode json =
        ok(nano.post(RESPONSES, about(", \"metadata\": {\"a\": \"b\"}, \"top_logprobs\": 1")));
    assertThat(text(json)).contains("red");
    assertThat(json.path("object").stringValue()).isEqualTo("response");
    assertThat(json.path("id").stringValue()).startsWith("resp_");
    assertThat(json.path("status").stringValue()).isIn("completed", "incomplete");
    assertThat(json.path("model").stringValue()).isEqualTo("nano");
    assertThat(json.path("metadata").path("a").stringValue()).isEqualTo("b");
    assertThat(json.path("temperature").doubleValue()).isZero();
    JsonNode usage = json.path("usage");
    assertThat(usage.path("total_tokens").intValue())
        .isEqualTo(usage.path("input_tokens").intValue() + usage.path("output_tokens").intValue());
    assertThat(usage.path("output_tokens_details").path("reasoning_tokens").intValue()).isZero();
    JsonNode part = json.path("output").path(0).path("content").path(0);
    assertThat(part.path("type").stringValue()).isEqualTo("output_text");
    assertThat(part.path("logprobs").size()).isEqualTo(usage.path("output_tokens").intValue());
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(128);
  }

  @Test
  void streamsNumberedEventsOfTheSameReply() {
    String whole = text(ok(nano.post(RESPONSES, about(""))));
    Answer stream = nano.post(RESPONSES, about(", \"stream\": true"));
    List<JsonNode> events = stream.events();
    assertThat(events.stream().map(e -> e.path("type").stringValue()))
        .containsExactlyElementsOf(stream.eventNames());
    JsonNode end = events.getLast();
    assertThat(stream.eventNames().stream().distinct())
        .containsExactly(
            "response.created",
            "response.in_progress",
            "response.output_item.added",
            "response.content_part.added",
            "response.output_text.delta",
            "response.output_text.done",
            "response.content_part.done",
            "response.output_item.done",
            "response." + end.path("response").path("status").stringValue());
    assertThat(events.stream().map(e -> e.path("sequence_number").intValue()))
        .containsExactlyElementsOf(IntStream.range(0, events.size()).boxed().toList());
    StringBuilder text = new StringBuilder();
    events.forEach(e -> text.append(e.path("delta").asString("")));
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(text(end.path("response"))).isEqualTo(whole);
    assertThat(events.getFirst().path("response").path("status").stringValue())
        .isEqualTo("in_progress");
    String id = end.path("response").path("id").stringValue();
    assertThat(events.getFirst().path("response").path("id").stringValue()).isEqualTo(id);
    assertThat(ok(nano.get(RESPONSES + "/" + id))).isEqualTo(end.path("response"));
  }

  @Test
  void continuesWhatWasKept() {
    JsonNode first = ok(nano.post(RESPONSES, about("")));
    String id = first.path("id").stringValue();
    assertThat(ok(nano.get(RESPONSES + "/" + id))).isEqualTo(first);
    JsonNode next =
        ok(
            nano.post(
                RESPONSES,
                """
                {"previous_response_id": "%s", "input": "And the colour?", "instructions": "Be brief.",
                 "temperature": 0, "max_output_tokens": 6}\
                """
                    .formatted(id)));
    String chat =
        """
        {"temperature": 0, "max_tokens": 6, "messages": [{"role": "system", "content": "Be brief."},
          {"role": "user", "content": [{"type": "image_url", "image_url": "%s"},
            {"type": "text", "text": "Describe this image."}]},
          {"role": "assistant", "content": %s},
          {"role": "user", "content": "And the colour?"}]}\
        """
            .formatted(RED, dev.ocelli.server.wire.Json.tree(text(first)));
    JsonNode whole = ok(nano.post("/v1/chat/completions", chat));
    assertThat(text(next))
        .isEqualTo(whole.path("choices").path(0).path("message").path("content").stringValue());
    assertThat(next.path("usage").path("input_tokens"))
        .isEqualTo(whole.path("usage").path("prompt_tokens"));
    assertThat(next.path("previous_response_id").stringValue()).isEqualTo(id);
    assertThat(next.path("media").path(0).path("cached").booleanValue()).isTrue();

    assertThat(ok(nano.delete(RESPONSES + "/" + id)).path("deleted").booleanValue()).isTrue();
    assertThat(nano.get(RESPONSES + "/" + id).status()).isEqualTo(404);
    assertThat(nano.delete(RESPONSES + "/" + id).status()).isEqualTo(404);
    String again = "{\"input\": \"a\", \"max_output_tokens\": 1, \"previous_response_id\": \"%s\"}";
    Answer gone = nano.post(RESPONSES, again.formatted(id));
    assertThat(gone.status()).isEqualTo(400);
    assertThat(gone.json().path("error").path("code").stringValue())
        .isEqualTo("previous_response_not_found");
    // What continues it does not need it.
    assertThat(nano.post(RESPONSES, again.formatted(next.path("id").stringValue())).status())
        .isEqualTo(200);
  }

  @Test
  void whatIsNotToBeKeptIsNot() {
    JsonNode json =
        ok(nano.post(RESPONSES, "{\"input\": \"a\", \"max_output_tokens\": 1, \"store\": false}"));
    assertThat(json.path("store").booleanValue()).isFalse();
    assertThat(nano.get(RESPONSES + "/" + json.path("id").stringValue()).status()).isEqualTo(404);
  }

  @Test
  void othersDoNotFindIt() {
    try (NanoServer locked = new NanoServer(b -> b.keys(ApiKeys.of(List.of("one", "two"))))) {
      String id =
          locked
              .post(
                  RESPONSES,
                  "{\"input\": \"a\", \"max_output_tokens\": 1}",
                  "Authorization",
                  "Bearer one")
              .json()
              .path("id")
              .stringValue();
      String path = RESPONSES + "/" + id;
      assertThat(locked.get(path).status()).isEqualTo(401);
      assertThat(locked.get(path, "Authorization", "Bearer two").status()).isEqualTo(404);
      assertThat(locked.delete(path, "Authorization", "Bearer two").status()).isEqualTo(404);
      assertThat(locked.get(path, "Authorization", "Bearer one").status()).isEqualTo(200);
    }
  }

  @Test
  void thoughtsCallsAndWordsAreOneMessage() {
    String items =
        """
        {"temperature": 0, "max_output_tokens": 6, "input": [
          {"role": "developer", "content": "Be brief."},
          {"type": "message", "role": "user", "content": "Hello"},
          {"type": "reasoning", "id": "r", "summary": [], "content": [{"type": "reasoning_text", "text": "Hm."}]},
          {"type": "message", "role": "assistant", "id": "m", "status": "completed",
            "content": [{"type": "output_text", "text": "Hi", "annotations": [], "logprobs": []}]},
          {"type": "function_call", "call_id": "c", "name": "look", "arguments": "{\\"at\\": 1}"},
          {"type": "function_call_output", "call_id": "c", "output": "seen"}]}\
        """;
    String chat =
        """
        {"temperature": 0, "max_tokens": 6, "messages": [{"role": "system", "content": "Be brief."},
          {"role": "user", "content": "Hello"},
          {"role": "assistant", "content": "Hi", "reasoning_content": "Hm.", "tool_calls": [
            {"function": {"name": "look", "arguments": "{\\"at\\": 1}"}}]},
          {"role": "tool", "content": "seen"}]}\
        """;
    JsonNode mine = ok(nano.post(RESPONSES, items));
    JsonNode theirs = ok(nano.post("/v1/chat/completions", chat));
    assertThat(mine.path("usage").path("input_tokens"))
        .isEqualTo(theirs.path("usage").path("prompt_tokens"));
    assertThat(text(mine))
        .isEqualTo(theirs.path("choices").path(0).path("message").path("content").stringValue());
  }

  @Test
  void thoughtsAreAnItemOfTheirOwn() {
    String request = "{\"input\": \"Hello\", \"temperature\": 0, \"max_output_tokens\": 5%s}";
    try (NanoServer thinker = NanoServer.thinking()) {
      JsonNode json = ok(thinker.post(RESPONSES, request.formatted("")));
      JsonNode item = json.path("output").path(0);
      assertThat(item.path("type").stringValue()).isEqualTo("reasoning");
      assertThat(json.path("usage").path("output_tokens_details").path("reasoning_tokens"))
          .isEqualTo(json.path("usage").path("output_tokens"));
      Answer stream = thinker.post(RESPONSES, request.formatted(", \"stream\": true"));
      StringBuilder thoughts = new StringBuilder();
      stream.events().stream()
          .filter(e -> e.path("type").asString("").equals("response.reasoning_text.delta"))
          .forEach(e -> thoughts.append(e.path("delta").stringValue()));
      assertThat(thoughts.toString())
          .isNotEmpty()
          .isEqualTo(item.path("content").path(0).path("text").stringValue());
      JsonNode streamed = stream.events().getLast().path("response");
      assertThat(streamed.path("output").path(0).path("content")).isEqualTo(item.path("content"));
      List<JsonNode> done =
          stream.events().stream()
              .filter(e -> e.path("type").asString("").equals("response.output_item.done"))
              .map(e -> e.path("item"))
              .toList();
      assertThat(done).containsExactlyElementsOf(streamed.path("output").valueStream().toList());
      JsonNode off =
          ok(thinker.post(RESPONSES, request.formatted(", \"reasoning\": {\"effort\": \"none\"}")));
      assertThat(off.path("output").path(0).path("type").stringValue()).isEqualTo("message");
      assertThat(
              off.path("usage").path("output_tokens_details").path("reasoning_tokens").intValue())
          .isZero();
    }
  }

  private List<String> ids(JsonNode page) {
    return page.path("data").valueStream().map(i -> i.path("id").stringValue()).toList();
  }

  @Test
  void whatAResponseAnsweredIsListedByPages() {
    JsonNode first = ok(nano.post(RESPONSES, about("")));
    String next =
        "{\"previous_response_id\": \"%s\", \"max_output_tokens\": 1, \"input\": [{\"role\": \"user\", \"content\": \"And?\", \"id\": \"msg_mine\"}]}";
    JsonNode second = ok(nano.post(RESPONSES, next.formatted(first.path("id").stringValue())));
    String items = RESPONSES + "/" + second.path("id").stringValue() + "/input_items";
    JsonNode all = ok(nano.get(items + "?order=asc"));
    assertThat(all.path("object").stringValue()).isEqualTo("list");
    assertThat(all.path("has_more").booleanValue()).isFalse();
    JsonNode asked = all.path("data").path(0);
    assertThat(asked.path("type").stringValue()).isEqualTo("message");
    assertThat(asked.path("role").stringValue()).isEqualTo("user");
    assertThat(asked.path("content").path(0).path("image_url").isNull()).isTrue();
    assertThat(asked.path("content").path(1).path("text").stringValue())
        .isEqualTo("Describe this image.");
    assertThat(all.path("data").path(1)).isEqualTo(first.path("output").path(0));
    JsonNode mine = all.path("data").path(2);
    assertThat(mine.path("id").stringValue()).isEqualTo("msg_mine");
    assertThat(mine.path("content").path(0).path("type").stringValue()).isEqualTo("input_text");
    assertThat(all.path("last_id").stringValue()).isEqualTo("msg_mine");

    assertThat(ids(ok(nano.get(items)))).isEqualTo(ids(all).reversed());
    JsonNode page = ok(nano.get(items + "?limit=1&include[]=message.input_image.image_url"));
    assertThat(ids(page)).containsExactly("msg_mine");
    assertThat(page.path("has_more").booleanValue()).isTrue();
    JsonNode rest = ok(nano.get(items + "?limit=2&after=msg_mine"));
    assertThat(ids(rest)).isEqualTo(ids(all).reversed().subList(1, 3));
    assertThat(rest.path("has_more").booleanValue()).isFalse();
    JsonNode none = ok(nano.get(items + "?after=" + ids(all).getFirst()));
    assertThat(none.path("data").size()).isZero();
    assertThat(none.path("first_id").isNull()).isTrue();
    assertThat(ids(ok(nano.get(items + "?order=asc&before=msg_mine"))))
        .isEqualTo(ids(all).subList(0, 2));
    String text =
        ok(nano.post(RESPONSES, "{\"input\": \"a\", \"max_output_tokens\": 1}"))
            .path("id")
            .stringValue();
    JsonNode only = ok(nano.get(RESPONSES + "/" + text + "/input_items"));
    assertThat(only.path("data").path(0).path("content").path(0).path("text").stringValue())
        .isEqualTo("a");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/input_items?limit=0 | allowed are 1 | limit",
        "/input_items?limit=many | a whole number | limit",
        "/input_items?order=up | use asc or desc | order",
        "/input_items?after=x | there is no item | after",
        "/input_items?first=1 | is not a field | first",
        "?stream=true | is not supported | stream",
      })
  void wrongQueriesAreNamed(String query, String message, String param) {
    String id =
        ok(nano.post(RESPONSES, "{\"input\": \"a\", \"max_output_tokens\": 1}"))
            .path("id")
            .stringValue();
    Answer answer = nano.get(RESPONSES + "/" + id + query);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    assertThat(answer.json().path("error").path("param").stringValue()).isEqualTo(param);
    assertThat(nano.get(RESPONSES + "/resp_x/input_items").status()).isEqualTo(404);
    assertThat(nano.get(RESPONSES + "/resp_x/y/input_items").status()).isEqualTo(404);
  }

  @Test
  void countsTokensBeforeSending() {
    JsonNode counted = ok(nano.post(RESPONSES + "/input_tokens", about("")));
    assertThat(counted.path("object").stringValue()).isEqualTo("response.input_tokens");
    assertThat(counted.path("input_tokens"))
        .isEqualTo(ok(nano.post(RESPONSES, about(""))).path("usage").path("input_tokens"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | is missing | input",
        "{\"input\": []} | is empty | input",
        "{\"input\": 1} | a string or an array | input",
        "{\"input\": \"a\", \"instruction\": \"b\"} | did you mean instructions? | instruction",
        "{\"input\": \"a\", \"max_output_tokens\": -2} | is -2 | max_output_tokens",
        "{\"input\": \"a\", \"temperature\": 200} | temperature is 200 | temperature",
        "{\"input\": \"a\", \"truncation\": \"some\"} | auto | truncation",
        "{\"input\": \"a\", \"background\": true} | not supported | background",
        "{\"input\": \"a\", \"include\": [\"all\"]} | is not known | include",
        "{\"input\": \"a\", \"tools\": [{\"type\": \"web_search\"}]} | runs no tools | tools[0].type",
        "{\"input\": \"a\", \"tool_choice\": \"all\"} | use auto | tool_choice",
        "{\"input\": \"a\", \"text\": {\"format\": {\"type\": \"xml\"}}} | use text | text.format.type",
        "{\"input\": [{\"type\": \"item_reference\", \"id\": \"a\"}]} | items are | input[0].type",
        "{\"input\": [{\"content\": \"a\"}]} | is missing | input[0].type",
        "{\"input\": [{\"role\": \"king\", \"content\": \"a\"}]} | roles are | input[0].role",
        "{\"input\": [{\"role\": \"user\"}]} | is missing | input[0].content",
        "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_audio\"}]}]} | parts are | input[0].content[0].type",
        "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_image\", \"file_id\": \"f\"}]}]} | not kept | input[0].content[0].file_id",
        "{\"input\": [{\"role\": \"user\", \"content\": [{\"type\": \"input_image\", \"image_url\": \"https://example.org/a.png\"}]}]} | downloads nothing | input[0].content[0].image_url",
        "{\"input\": \"a\", \"previous_response_id\": \"resp_x\"} | no response 'resp_x' | previous_response_id",
      })
  void wrongFieldsAreNamed(String body, String message, String param) {
    Answer answer = nano.post(RESPONSES, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    assertThat(answer.json().path("error").path("param").stringValue()).isEqualTo(param);
  }
}
