package dev.ocelli.server.api;

import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The items that a response is the answer to, as OpenAI's clients list them: those of its request,
 * behind those of the responses that it continues and their output.
 */
final class InputItems {
  private static final int MOST = 100;

  /** Which of them are listed. */
  static final Schema PAGE =
      Schema.named("the query")
          .field("limit", Type.INTEGER, "So many at most; 1 to 100, 20 where nothing is said.")
          .field("order", Type.STRING, "asc: oldest first; desc: latest first, as without it.")
          .field("after", Type.STRING, "The id of the item behind which the list begins.")
          .field("before", Type.STRING, "The id of the item before which the list ends.")
          .ignored("include");

  private InputItems() {}

  /**
   * The items of a request whose input has been read.
   *
   * @param key of the request, for ids of items without one
   */
  static List<JsonNode> of(JsonNode input, String key) {
    List<JsonNode> out = new ArrayList<>();
    if (input.isString()) {
      ObjectNode item = Json.object();
      item.put("role", "user");
      item.set("content", input);
      out.add(item(item, key + "_0"));
    } else {
      for (JsonNode item : input) {
        out.add(item((ObjectNode) item.deepCopy(), "%s_%d".formatted(key, out.size())));
      }
    }
    return out;
  }

  private static ObjectNode item(ObjectNode item, String key) {
    if (!item.has("type")) {
      item.put("type", "message");
    }
    boolean message = item.path("type").stringValue().equals("message");
    if (!item.path("id").isString()) {
      item.put("id", (message ? "msg_in_" : "item_in_") + key);
    }
    if (!item.path("status").isString()) {
      item.put("status", "completed");
    }
    if (message && item.path("content").isString()) {
      boolean assistant = item.path("role").asString("").equals("assistant");
      ObjectNode part = Json.object();
      part.put("type", assistant ? "output_text" : "input_text");
      part.set("text", item.path("content"));
      item.putArray("content").add(part);
    }
    withoutPictures(item.path("content"));
    withoutPictures(item.path("output"));
    return item;
  }

  /** The data of pictures and files is not listed: whoever asks has sent it. */
  private static void withoutPictures(JsonNode parts) {
    for (JsonNode part : parts) {
      if (part instanceof ObjectNode object) {
        for (String field : List.of("image_url", "image", "video", "video_url")) {
          if (embedded(object.path(field))) {
            object.putNull(field);
          }
        }
        for (String field : List.of("file", "file_data", "password")) {
          if (object.has(field)) {
            object.putNull(field);
          }
        }
      }
    }
  }

  private static boolean embedded(JsonNode url) {
    return url.isString()
        ? url.stringValue().startsWith("data:")
        : url.valueStream().anyMatch(InputItems::embedded);
  }

  /**
   * A page.
   *
   * @param all oldest first
   * @throws ApiError 400 when an id is not among the items, or a field has a wrong value
   */
  static ObjectNode page(List<JsonNode> all, Fields query) {
    String order = query.string("order", "desc");
    if (!order.equals("asc") && !order.equals("desc")) {
      throw query.error("order", "is '%s'; use asc or desc".formatted(order));
    }
    List<JsonNode> sorted = order.equals("asc") ? all : all.reversed();
    int from = query.has("after") ? index(sorted, query, "after") + 1 : 0;
    int end = query.has("before") ? index(sorted, query, "before") : sorted.size();
    int most = query.integer("limit", 20, 1, MOST);
    int to = Math.min(end, from + most);
    ObjectNode out = Json.object();
    out.put("object", "list");
    ArrayNode data = out.putArray("data");
    for (int i = from; i < to; i++) {
      data.add(sorted.get(i));
    }
    out.put("first_id", data.isEmpty() ? null : data.path(0).path("id").stringValue());
    out.put("last_id", data.isEmpty() ? null : data.path(data.size() - 1).path("id").stringValue());
    out.put("has_more", to < end);
    return out;
  }

  private static int index(List<JsonNode> items, Fields query, String field) {
    String id = query.requireString(field);
    for (int i = 0; i < items.size(); i++) {
      if (items.get(i).path("id").asString("").equals(id)) {
        return i;
      }
    }
    throw query.error(field, "there is no item '%s'".formatted(id));
  }
}
