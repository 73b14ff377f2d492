package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.message.TextContent;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.exception.InvalidRequestException;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.ToolChoice;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiStreamingChatModel;
import dev.langchain4j.model.output.FinishReason;
import dev.ocelli.server.wire.Json;
import java.awt.Color;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What LangChain4j's client for OpenAI gets. */
class LangChain4jContractTest {
  private static NanoServer nano;
  private static OpenAiChatModel model;

  @BeforeAll
  static void start() {
    nano = new NanoServer();
    model = builder().build();
  }

  @AfterAll
  static void stop() {
    nano.close();
  }

  private static OpenAiChatModel.OpenAiChatModelBuilder builder() {
    return OpenAiChatModel.builder()
        .baseUrl(nano.uri("/v1").toString())
        .apiKey("none")
        .modelName("nano")
        .temperature(0.0)
        .maxTokens(40)
        .strictJsonSchema(true)
        .maxRetries(0);
  }

  private static UserMessage picture() {
    String base64 = NanoServer.base64(NanoServer.picture(128, 128, Color.RED));
    return UserMessage.from(
        TextContent.from("Describe this image."), ImageContent.from(base64, "image/png"));
  }

  @Test
  void aPictureWholeAndStreamed() throws Exception {
    ChatResponse whole = model.chat(picture());
    assertThat(whole.aiMessage().text()).contains("circle");
    assertThat(whole.metadata().finishReason()).isEqualTo(FinishReason.STOP);
    assertThat(whole.metadata().tokenUsage().inputTokenCount()).isPositive();
    OpenAiStreamingChatModel streaming =
        OpenAiStreamingChatModel.builder()
            .baseUrl(nano.uri("/v1").toString())
            .apiKey("none")
            .modelName("nano")
            .temperature(0.0)
            .maxTokens(40)
            .build();
    StringBuilder pieces = new StringBuilder();
    CompletableFuture<ChatResponse> end = new CompletableFuture<>();
    streaming.chat(
        List.of(picture()),
        new StreamingChatResponseHandler() {
          @Override
          public void onPartialResponse(String piece) {
            pieces.append(piece);
          }

          @Override
          public void onCompleteResponse(ChatResponse response) {
            end.complete(response);
          }

          @Override
          public void onError(Throwable error) {
            end.completeExceptionally(error);
          }
        });
    ChatResponse streamed = end.get(60, TimeUnit.SECONDS);
    assertThat(pieces).hasToString(whole.aiMessage().text());
    assertThat(streamed.aiMessage().text()).isEqualTo(whole.aiMessage().text());
    assertThat(streamed.metadata().tokenUsage().outputTokenCount())
        .isEqualTo(whole.metadata().tokenUsage().outputTokenCount());
  }

  @Test
  void structuredOutput() {
    ResponseFormat format =
        ResponseFormat.builder()
            .type(ResponseFormatType.JSON)
            .jsonSchema(
                JsonSchema.builder()
                    .name("scene")
                    .rootElement(
                        JsonObjectSchema.builder()
                            .addEnumProperty("shape", List.of("heart", "star"))
                            .addBooleanProperty("large")
                            .required("shape", "large")
                            .build())
                    .build())
            .build();
    ChatResponse r =
        model.chat(ChatRequest.builder().messages(picture()).responseFormat(format).build());
    var value = Json.parse(r.aiMessage().text().getBytes(StandardCharsets.UTF_8));
    assertThat(value.path("shape").stringValue()).isIn("heart", "star");
    assertThat(value.path("large").isBoolean()).isTrue();
  }

  @Test
  void callsOfToolsAndTheirResults() {
    ToolSpecification weather =
        ToolSpecification.builder()
            .name("weather")
            .description("The weather in a city")
            .parameters(
                JsonObjectSchema.builder()
                    .addEnumProperty("city", List.of("Bonn", "Rome"))
                    .required("city")
                    .build())
            .build();
    UserMessage question = UserMessage.from("Weather?");
    ChatResponse r =
        model.chat(
            ChatRequest.builder()
                .messages(question)
                .toolSpecifications(weather)
                .toolChoice(ToolChoice.REQUIRED)
                .maxOutputTokens(400)
                .build());
    assertThat(r.metadata().finishReason()).isEqualTo(FinishReason.TOOL_EXECUTION);
    ToolExecutionRequest call = r.aiMessage().toolExecutionRequests().getFirst();
    assertThat(call.name()).isEqualTo("weather");
    assertThat(call.arguments()).matches("(?s).*\"(Bonn|Rome)\".*");
    List<ToolExecutionResultMessage> results =
        r.aiMessage().toolExecutionRequests().stream()
            .map(c -> ToolExecutionResultMessage.from(c, "Sun."))
            .toList();
    ChatRequest.Builder next = ChatRequest.builder().toolSpecifications(weather);
    List<dev.langchain4j.data.message.ChatMessage> all = new java.util.ArrayList<>();
    all.add(question);
    all.add(r.aiMessage());
    all.addAll(results);
    ChatResponse answer = model.chat(next.messages(all).maxOutputTokens(4).build());
    assertThat(answer.metadata().tokenUsage().inputTokenCount())
        .isGreaterThan(r.metadata().tokenUsage().inputTokenCount());
  }

  @Test
  void errorsAreTheClientsOwn() {
    assertThatThrownBy(() -> builder().temperature(200.0).build().chat(UserMessage.from("Hello")))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("temperature");
    UserMessage broken =
        UserMessage.from(TextContent.from("?"), ImageContent.from("AAAA", "image/png"));
    assertThatThrownBy(() -> model.chat(broken))
        .isInstanceOf(InvalidRequestException.class)
        .hasMessageContaining("messages[0].content[1].image_url.url");
  }
}
