package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Asks hubs for JSON. */
final class HubJson {
  private static final int MOST_BYTES = 32 << 20;
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>\\s*;\\s*rel=\"?next\"?");

  private final Http http;
  private final HubSettings settings;

  HubJson(Http http, HubSettings settings) {
    this.http = http;
    this.settings = settings;
  }

  /**
   * A page of an answer.
   *
   * @param json what it says
   * @param next where the next page is; null behind the last
   */
  record Page(JsonNode json, @Nullable URI next) {}

  /** Asks until there is an answer or no hope. */
  Page get(URI address, String what) {
    Backoff backoff = new Backoff(settings.transport().patience());
    while (true) {
      try (Http.Reply reply = http.get(address, Map.of("Accept", "application/json"))) {
        byte[] bytes = reply.body().readNBytes(MOST_BYTES + 1);
        if (bytes.length > MOST_BYTES) {
          throw bad(what, "over %d MiB".formatted(MOST_BYTES >> 20), null);
        }
        JsonNode json = JsonMapper.shared().readTree(bytes);
        String link = reply.headers().firstValue("Link").orElse("");
        Matcher next = NEXT.matcher(link);
        return new Page(json, next.find() ? address.resolve(next.group(1)) : null);
      } catch (JacksonException e) {
        throw bad(what, "no JSON", e);
      } catch (IllegalArgumentException e) {
        throw bad(what, "a next page without an address", e);
      } catch (IOException e) {
        backoff.pause(what, e);
      }
    }
  }

  private static OcelliException bad(String what, String problem, @Nullable Exception cause) {
    return new OcelliException(
        Kind.MODEL,
        "%s: the hub's answer is %s; check the mirror's address (HF_ENDPOINT, MODELSCOPE_DOMAIN)"
            .formatted(what, problem),
        cause);
  }

  /** A text in a query. */
  static String query(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** A path in an address: slashes stay. */
  static String path(String path) {
    return query(path).replace("+", "%20").replace("%2F", "/");
  }

  /** A text, or null where there is none. */
  static @Nullable String text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    return value.isString() && !value.asString().isEmpty() ? value.asString() : null;
  }
}
