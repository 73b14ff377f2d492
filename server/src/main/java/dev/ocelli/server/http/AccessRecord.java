package dev.ocelli.server.http;

import dev.ocelli.server.wire.Json;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A request as the access log shows it: nothing of what was asked or answered.
 *
 * @param time when it came
 * @param id as the client was told it
 * @param caller name of the key, or the address
 * @param route the pattern of the path, empty where there is none: paths are without number
 * @param status 499 when the client went away before the answer began
 * @param millis until the answer was complete
 * @param usage what it cost, or null when nothing was generated
 */
public record AccessRecord(
    Instant time,
    String id,
    String caller,
    String method,
    String path,
    String route,
    int status,
    double millis,
    Exchange.@Nullable Usage usage) {

  /** One line of JSON. */
  public String line() {
    ObjectNode out = Json.object();
    out.put("time", time.toString());
    out.put("id", id);
    out.put("caller", caller);
    out.put("method", method);
    out.put("path", path);
    out.put("status", status);
    out.put("ms", Math.rint(millis * 10) / 10);
    Exchange.Usage u = usage;
    if (u != null) {
      out.put("queue_ms", Math.rint(u.queueMillis() * 10) / 10);
      out.put("prompt_tokens", u.promptTokens());
      out.put("cached_tokens", u.cachedTokens());
      out.put("tokens", u.tokens());
      out.put("pictures", u.pictures());
      out.put("finish", u.finish());
    }
    return Json.line(out);
  }
}
