package dev.ocelli.server.http;

import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import tools.jackson.databind.JsonNode;

/** Values of JSON, one a line. Nothing is sent before the first. */
public final class LineStream {
  private final Exchange.Pieces pieces;

  public LineStream(Exchange exchange) {
    this.pieces = exchange.pieces("application/x-ndjson");
  }

  /** A value. */
  public void line(JsonNode value) throws IOException {
    pieces.write((Json.line(value) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
