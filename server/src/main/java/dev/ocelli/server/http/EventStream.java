package dev.ocelli.server.http;

import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Server-sent events. Nothing is sent before the first. */
public final class EventStream {
  private final Exchange.Pieces pieces;

  public EventStream(Exchange exchange) {
    this.pieces = exchange.pieces("text/event-stream; charset=utf-8");
  }

  /** An event without a name. */
  public void data(JsonNode value) throws IOException {
    write("data: " + Json.line(value) + "\n\n");
  }

  /** An event with a name. */
  public void event(String name, JsonNode value) throws IOException {
    write("event: " + name + "\ndata: " + Json.line(value) + "\n\n");
  }

  /** Data that is no JSON, on one line. */
  public void text(String line) throws IOException {
    write("data: " + line + "\n\n");
  }

  /** A comment, which clients ignore: it keeps the connection alive. */
  public void comment(String text) throws IOException {
    write(": " + text + "\n\n");
  }

  private void write(String text) throws IOException {
    pieces.write(text.getBytes(StandardCharsets.UTF_8));
  }
}
