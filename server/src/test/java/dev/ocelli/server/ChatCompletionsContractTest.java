package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.server.NanoServer.Answer;
import java.awt.Color;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** What OpenAI's clients send to chat completions and get back. */
@TestInstance(Lifecycle.PER_CLASS)
class ChatCompletionsContractTest {
  private static final String CHAT = "/v1/chat/completions";
  private static final String RED = NanoServer.picture(128, 96, Color.RED);
  private static final String BLUE = NanoServer.picture(160, 160, Color.BLUE);

  private final NanoServer nano = new NanoServer();

  @AfterAll
  void close() {
    nano.close();
    assertThat(nano.faults).isEmpty();
  }

  private static String about(String url, String more) {
    return """
    {"messages": [{"role": "user", "content": [
      {"type": "image_url", "image_url": {"url": "%s"}},
      {"type": "text", "text": "Describe this image."}]}], "max_tokens": 24%s}\
    """
        .formatted(url, more);
  }

  private static String text(Answer answer) {
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return answer.json().path("choices").path(0).path("message").path("content").stringValue();
  }

  @Test
  void describesAPicture() {
    Answer answer = nano.post(CHAT, about(RED, ""));
    JsonNode json = answer.json();
    assertThat(text(answer)).contains("red");
    assertThat(json.path("object").stringValue()).isEqualTo("chat.completion");
    assertThat(json.path("model").stringValue()).isEqualTo("nano");
    assertThat(json.path("choices").path(0).path("message").path("role").stringValue())
        .isEqualTo("assistant");
    assertThat(json.path("usage").path("prompt_tokens").intValue()).isGreaterThan(10);
    assertThat(json.path("usage").path("total_tokens").intValue())
        .isEqualTo(
            json.path("usage").path("prompt_tokens").intValue()
                + json.path("usage").path("completion_tokens").intValue());
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(128);
    for (String phase :
        List.of(
            "queue_ms",
            "decode_image_ms",
            "preprocess_ms",
            "encode_ms",
            "prompt_ms",
            "predicted_ms")) {
      assertThat(json.path("timings").has(phase)).as(phase).isTrue();
    }
  }

  @Test
  void streamsTheSameReply() {
    String whole = text(nano.post(CHAT, about(BLUE, "")));
    Answer stream =
        nano.post(
            CHAT, about(BLUE, ", \"stream\": true, \"stream_options\": {\"include_usage\": true}"));
    assertThat(stream.response().headers().firstValue("Content-Type").orElse(""))
        .startsWith("text/event-stream");
    assertThat(stream.body()).endsWith("data: [DONE]\n\n");
    StringBuilder text = new StringBuilder();
    String finish = "";
    for (JsonNode e : stream.events()) {
      JsonNode choice = e.path("choices").path(0);
      text.append(choice.path("delta").path("content").asString(""));
      finish = choice.path("finish_reason").asString(finish);
    }
    assertThat(text.toString()).isEqualTo(whole);
    assertThat(finish).isIn("stop", "length");
    JsonNode last = stream.events().getLast();
    assertThat(last.path("choices").size()).isZero();
    assertThat(last.path("usage").path("completion_tokens").intValue()).isPositive();
    assertThat(
            stream
                .events()
                .getFirst()
                .path("choices")
                .path(0)
                .path("delta")
                .path("role")
                .stringValue())
        .isEqualTo("assistant");
  }

  @Test
  void seesTwoPicturesInTheirOrder() {
    String both =
        """
        {"messages": [{"role": "user", "content": [
          {"type": "image_url", "image_url": {"url": "%s", "detail": "low"}},
          {"type": "image", "image": "%s", "max_tokens": 16},
          {"type": "text", "text": "Describe this image."}]}], "max_tokens": 8, "temperature": 0}\
        """;
    JsonNode json = nano.post(CHAT, both.formatted(RED, BLUE)).json();
    assertThat(json.path("media").path(0).path("width").intValue()).isEqualTo(128);
    assertThat(json.path("media").path(1).path("width").intValue()).isEqualTo(160);
    assertThat(json.path("media").path(1).path("tokens").intValue()).isLessThanOrEqualTo(16);
  }

  /** Four frames of 40 x 40 pixels, two a second. */
  private static final String GIF =
      "data:image/gif;base64,"
          + "R0lGODlhKAAoAPcfMQAAACQAAEgAAGwAAJAAALQAANgAAPwAAAAkACQkAEgkAGwkAJAkALQkANgkAPwk"
          + "AABIACRIAEhIAGxIAJBIALRIANhIAPxIAABsACRsAEhsAGxsAJBsALRsANhsAPxsAACQACSQAEiQAGyQ"
          + "AJCQALSQANiQAPyQAAC0ACS0AEi0AGy0AJC0ALS0ANi0APy0AADYACTYAEjYAGzYAJDYALTYANjYAPzY"
          + "AAD8ACT8AEj8AGz8AJD8ALT8ANj8APz8AAAAVSQAVUgAVWwAVZAAVbQAVdgAVfwAVQAkVSQkVUgkVWwk"
          + "VZAkVbQkVdgkVfwkVQBIVSRIVUhIVWxIVZBIVbRIVdhIVfxIVQBsVSRsVUhsVWxsVZBsVbRsVdhsVfxs"
          + "VQCQVSSQVUiQVWyQVZCQVbSQVdiQVfyQVQC0VSS0VUi0VWy0VZC0VbS0Vdi0Vfy0VQDYVSTYVUjYVWzY"
          + "VZDYVbTYVdjYVfzYVQD8VST8VUj8VWz8VZD8VbT8Vdj8Vfz8VQAAqiQAqkgAqmwAqpAAqrQAqtgAqvwA"
          + "qgAkqiQkqkgkqmwkqpAkqrQkqtgkqvwkqgBIqiRIqkhIqmxIqpBIqrRIqthIqvxIqgBsqiRsqkhsqmxs"
          + "qpBsqrRsqthsqvxsqgCQqiSQqkiQqmyQqpCQqrSQqtiQqvyQqgC0qiS0qki0qmy0qpC0qrS0qti0qvy0"
          + "qgDYqiTYqkjYqmzYqpDYqrTYqtjYqvzYqgD8qiT8qkj8qmz8qpD8qrT8qtj8qvz8qgAA/yQA/0gA/2wA"
          + "/5AA/7QA/9gA//wA/wAk/yQk/0gk/2wk/5Ak/7Qk/9gk//wk/wBI/yRI/0hI/2xI/5BI/7RI/9hI//xI"
          + "/wBs/yRs/0hs/2xs/5Bs/7Rs/9hs//xs/wCQ/ySQ/0iQ/2yQ/5CQ/7SQ/9iQ//yQ/wC0/yS0/0i0/2y0"
          + "/5C0/7S0/9i0//y0/wDY/yTY/0jY/2zY/5DY/7TY/9jY//zY/wD8/yT8/0j8/2z8/5D8/7T8/9j8//z8"
          + "/yH/C05FVFNDQVBFMi4wAwEAAAAh+QQEMgAfACwAAAAAKAAoAAAIeAAPCBxIsKDBgwgTKlzIsKHDhwYO"
          + "RjQ4sWBFghcfatzIsaPHjwcyChQZUqJJkChTqlw58qRFlxhZypxJcyPJmzAHkqzJs6dHnBRztvRJtKhK"
          + "oC+DKjXKtKnQkktjRnVKtarUpFivarXKlSfSrUOzdh1b9KvOpxUDAgAh+QQFMgAAACwnACcAAQABAAAI"
          + "BAABBAQAIfkEBTIAAAAsAAAAACgAKAAACHcAAQEbSBCYwIIDDyJUWJAhwocQI0qcSLGixYsYMxqE6DAh"
          + "x48aQ4ocSbLkQpAnH3bcaLKly5cwU8psiJJmzJs4c9qcSXClT51Ag+r8qbJmT6FIk2IkytNjUaVQo1pk"
          + "urPqUalYoVK92pRl1q9YtzrtuhKsWZcBAQAh+QQFMgAAACwnACcAAQABAAAIBAABBAQAOw==";

  private static String video(String fields) {
    return """
    {"messages": [{"role": "user", "content": [
      {"type": "video_url", "video_url": {"url": "%s"}%s},
      {"type": "text", "text": "What happens?"}]}], "max_tokens": 4}\
    """
        .formatted(GIF, fields);
  }

  @Test
  void takesVideoFiles() {
    JsonNode whole = nano.post(CHAT, video("")).json();
    assertThat(whole.path("media").path(0).path("frames").intValue()).isEqualTo(2);
    assertThat(whole.path("media").path(0).path("width").intValue()).isEqualTo(40);
    JsonNode part = nano.post(CHAT, video(", \"video_start\": 1, \"max_frames\": 2")).json();
    assertThat(part.path("media").path(0).path("frames").intValue()).isEqualTo(1);
    assertThat(nano.post(CHAT, video(", \"video_start\": 9")).status()).isEqualTo(400);
    assertThat(nano.post(CHAT, video(", \"max_frames\": 0")).status()).isEqualTo(400);
    String mp4 = video("").replace(GIF, "data:video/mp4;base64,AAAAGGZ0eXBtcDQy");
    assertThat(nano.post(CHAT, mp4).status()).isEqualTo(400);
    assertThat(nano.post(CHAT, mp4).body()).contains("needs ffmpeg and ffprobe");
  }

  @Test
  void takesFramesAsAClip() {
    String body =
        """
        {"messages": [{"role": "user", "content": [
          {"type": "video", "video": ["%s", "%s", "%s", "%s"], "fps": 4},
          {"type": "text", "text": "What happens?"}]}], "max_tokens": 4}\
        """
            .formatted(RED, RED, RED, RED);
    JsonNode json = nano.post(CHAT, body).json();
    assertThat(json.path("media").path(0).path("frames").intValue()).isEqualTo(2);
    String frames = RED.substring(RED.indexOf(',') + 1);
    String url =
        """
        {"messages": [{"role": "user", "content": [
          {"type": "video_url", "video_url": {"url": "data:video/jpeg;base64,%s,%s"}},
          {"type": "text", "text": "What happens?"}]}], "max_tokens": 4, "mm_processor_kwargs": {"fps": 1}}\
        """
            .formatted(frames, frames);
    assertThat(nano.post(CHAT, url).status()).isEqualTo(200);
  }

  @Test
  void theNextTurnComputesOnlyWhatIsNew() {
    String first = text(nano.post(CHAT, about(RED, ", \"seed\": 5")));
    String next =
        """
        {"messages": [{"role": "user", "content": [
          {"type": "image_url", "image_url": {"url": "%s"}},
          {"type": "text", "text": "Describe this image."}]},
          {"role": "assistant", "content": "%s"},
          {"role": "user", "content": "And the colour?"}], "max_tokens": 4}\
        """
            .formatted(RED, first);
    JsonNode json = nano.post(CHAT, next).json();
    assertThat(json.path("usage").path("prompt_tokens_details").path("cached_tokens").intValue())
        .isGreaterThan(20);
    assertThat(json.path("media").path(0).path("cached").booleanValue()).isTrue();
    assertThat(json.path("timings").path("encode_ms").doubleValue()).isZero();
  }

  @Test
  void severalRepliesHaveSeedsOfTheirOwn() {
    String body =
        """
        {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 8, "temperature": 1.5,
         "top_k": 0, "top_p": 1, "presence_penalty": 0, "n": 3, "seed": %d}\
        """;
    JsonNode three = nano.post(CHAT, body.formatted(11)).json().path("choices");
    JsonNode second = nano.post(CHAT, body.formatted(12)).json().path("choices");
    assertThat(three.size()).isEqualTo(3);
    assertThat(three.path(1).path("message")).isEqualTo(second.path(0).path("message"));
    assertThat(three.path(2).path("index").intValue()).isEqualTo(2);
    assertThat(nano.post(CHAT, body.formatted(11)).json().path("choices")).isEqualTo(three);
  }

  @Test
  void reportsLogProbabilities() {
    String body =
        """
        {"messages": [{"role": "user", "content": "Hello"}], "max_tokens": 3, "temperature": 0,
         "logprobs": true, "top_logprobs": 2%s}\
        """;
    JsonNode whole =
        nano.post(CHAT, body.formatted(""))
            .json()
            .path("choices")
            .path(0)
            .path("logprobs")
            .path("content");
    assertThat(whole.size()).isEqualTo(3);
    assertThat(whole.path(0).path("top_logprobs").size()).isEqualTo(2);
    assertThat(whole.path(0).path("logprob").doubleValue())
        .isEqualTo(whole.path(0).path("top_logprobs").path(0).path("logprob").doubleValue());
    List<JsonNode> streamed =
        nano.post(CHAT, body.formatted(", \"stream\": true")).events().stream()
            .flatMap(e -> e.path("choices").path(0).path("logprobs").path("content").valueStream())
            .toList();
    assertThat(streamed).containsExactlyElementsOf(whole.valueStream().toList());
  }

  @Test
  void endsAtStopStringsAndBiases() {
    String base =
        "{\"messages\": [{\"role\": \"user\", \"content\": \"Hello\"}], \"temperature\": 0, ";
    String whole = text(nano.post(CHAT, base + "\"max_tokens\": 6}"));
    String stop = whole.substring(2, 4);
    JsonNode json =
        nano.post(
                CHAT,
                base
                    + "\"max_tokens\": 6, \"stop\": [%s]}"
                        .formatted(dev.ocelli.server.wire.Json.tree(stop)))
            .json();
    assertThat(json.path("choices").path(0).path("finish_reason").stringValue()).isEqualTo("stop");
    assertThat(json.path("choices").path(0).path("message").path("content").stringValue())
        .isEqualTo(whole.substring(0, whole.indexOf(stop)));
    assertThat(text(nano.post(CHAT, base + "\"max_tokens\": 2, \"logit_bias\": {\"7\": 1000000}}")))
        .isEqualTo(
            text(
                nano.post(
                    CHAT, base + "\"max_completion_tokens\": 2, \"logit_bias\": [[7, 1000000]]}")));
  }

  @Test
  void tellsProgressWhenAsked() {
    List<JsonNode> events =
        nano.post(
                CHAT,
                about(
                    NanoServer.picture(320, 320, Color.GREEN),
                    ", \"stream\": true, \"return_progress\": true"))
            .events();
    List<JsonNode> progress =
        events.stream()
            .filter(e -> e.has("prompt_progress"))
            .map(e -> e.path("prompt_progress"))
            .toList();
    assertThat(progress.stream().map(p -> p.path("phase").stringValue()))
        .contains("encode", "prompt");
    JsonNode last = progress.getLast();
    assertThat(last.path("processed").intValue()).isEqualTo(last.path("total").intValue());
  }

  @Test
  void countsTokensBeforeSending() {
    int counted =
        nano.post(CHAT + "/input_tokens", about(RED, "")).json().path("input_tokens").intValue();
    assertThat(
            nano.post(CHAT, about(RED, "")).json().path("usage").path("prompt_tokens").intValue())
        .isEqualTo(counted);
  }

  @Test
  void harmlessFieldsAreAccepted() {
    assertThat(
            nano.post(
                    CHAT,
                    """
                    {"model": "gpt-4o", "messages": [{"role": "developer", "content": "Be brief."},
                     {"role": "user", "name": "me", "content": "Hello"}], "max_tokens": 1, "user": "u",
                     "metadata": {"a": "b"}, "store": false, "temperature": null, "tools": [],
                     "response_format": {"type": "text"}, "parallel_tool_calls": true}\
                    """)
                .status())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"messages\": [], \"x\": 1} | x: is not a field | x",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"temprature\": 1} | did you mean temperature? | temprature",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"temperature\": \"hot\"} | temperature: must be a number | temperature",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"temperature\": 200} | temperature is 200 | temperature",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"max_tokens\": 1.5} | a whole number | max_tokens",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"n\": 0} | allowed are 1 to 16 | n",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"xtc_probability\": 0.5} | not supported | xtc_probability",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"preset\": \"ocrr\"} | did you mean ocr? |",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"stop\": [1]} | must be a string | stop[0]",
        "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}], \"stream_options\": {}} | needs stream | stream_options",
        "{\"messages\": [{\"role\": \"king\", \"content\": \"a\"}]} | roles are | messages[0].role",
        "{\"messages\": [{\"role\": \"user\"}]} | is missing | messages[0].content",
        "{\"messages\": [{\"role\": \"user\", \"content\": [{\"type\": \"audio\"}]}]} | parts are text | messages[0].content[0].type",
        "{\"messages\": []} | is empty | messages",
        "{} | is missing | messages",
        "[] | not a JSON object |",
        "{\"messages\": | no valid JSON at line 1 |",
        "{\"stream\": true, \"stream\": false} | no valid JSON |",
      })
  void wrongFieldsAreNamed(String body, String message, String param) {
    Answer answer = nano.post(CHAT, body);
    assertThat(answer.status()).as(answer.body()).isEqualTo(400);
    assertThat(answer.error()).contains(message);
    JsonNode error = answer.json().path("error");
    assertThat(error.path("type").stringValue()).isEqualTo("invalid_request_error");
    assertThat(error.path("param").stringValue(null)).isEqualTo(param);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data:image/png;base64,AAAA | messages[0].content[0].image_url.url",
        "data:image/png;base64,%%% | base64 is damaged",
        "data:image/png,abc | without ';base64,'",
        "https://example.org/a.png | downloads nothing",
        "file:///etc/passwd | reads no files",
        "cat.png | no URL of a picture",
      })
  void aPictureThatCannotBeHadIsA400(String url, String message) {
    for (String stream : List.of("", ", \"stream\": true")) {
      Answer answer = nano.post(CHAT, about(url, stream));
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.error()).contains(message);
      assertThat(answer.json().path("error").path("param").stringValue())
          .isEqualTo("messages[0].content[0].image_url.url");
    }
  }

  @Test
  void aPictureWhosePixelsAreDamagedIsA400EvenInAStream() {
    byte[] bytes = java.util.Base64.getDecoder().decode(RED.substring(RED.indexOf(',') + 1));
    String damaged =
        "data:image/png;base64,"
            + java.util.Base64.getEncoder().encodeToString(Pngs.withDamagedPixels(bytes));
    Answer answer =
        nano.post(CHAT, about(damaged, ", \"stream\": true, \"return_progress\": true"));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.error()).contains("messages[0].content[0].image_url.url", "damaged");
  }

  @Test
  void aPromptThatDoesNotFitIsA400WithTheNumbers() {
    Answer answer =
        nano.post(
            CHAT,
            "{\"messages\": [{\"role\": \"user\", \"content\": \"%s\"}]}"
                .formatted("a b c ".repeat(20_000)));
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.json().path("error").path("code").stringValue())
        .isEqualTo("context_length_exceeded");
    assertThat(answer.error()).contains("tokens", "the context holds");
  }

  @BeforeAll
  static void headless() {
    System.setProperty("java.awt.headless", "true");
  }
}
