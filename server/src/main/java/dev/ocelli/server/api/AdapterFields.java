package dev.ocelli.server.api;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** LoRA adapters that a request asks for: by ids and scales as of llama.cpp, or by a name. */
final class AdapterFields {
  /** The field that requests have. */
  static final Schema SCHEMA =
      Schema.named("lora")
          .field(
              "lora",
              Type.ARRAY,
              "Adapters of the reply, each {\"id\", \"scale\"} as of /lora-adapters; those that are not listed have no part in it. Default: the scales of /lora-adapters.");

  /** An adapter and how much of it. */
  static final Schema ITEM =
      Schema.named("an adapter's scale")
          .field("id", Type.INTEGER, "Its number, as of /lora-adapters.")
          .field("scale", Type.NUMBER, "How much of it; 0 is none.");

  private AdapterFields() {}

  /**
   * The adapters that a request names.
   *
   * @param name of the model that the request asks for, or null
   * @return null for those in force
   * @throws ApiError 400 that names a field of a wrong value
   */
  static @Nullable AdapterSet read(@Nullable Fields f, @Nullable String name, ServedModel model) {
    Adapters adapters = model.engine().adapters();
    Adapters.Entry named = name == null || name.equals(model.name()) ? null : adapters.find(name);
    if (f == null || !f.has("lora")) {
      return named == null ? null : new AdapterSet(List.of(new AdapterSet.Use(named.adapter(), 1)));
    }
    if (named != null) {
      throw f.error(
          "lora", "is given beside the adapter '%s' as model; give one of both".formatted(name));
    }
    List<Adapters.Choice> choices = new ArrayList<>();
    for (JsonNode item : f.require("lora")) {
      choices.add(choice(ITEM.read(item, "%s[%d]".formatted(f.path("lora"), choices.size()))));
    }
    try {
      return adapters.select(choices);
    } catch (OcelliException e) {
      throw f.error("lora", String.valueOf(e.getMessage()));
    }
  }

  /** An id and a scale. */
  static Adapters.Choice choice(Fields f) {
    f.require("id");
    f.require("scale");
    int id = f.integer("id", 0, 0, Integer.MAX_VALUE);
    float scale = (float) f.number("scale", 0);
    if (!Float.isFinite(scale)) {
      throw f.error("scale", "is too large a number");
    }
    return new Adapters.Choice(id, scale);
  }
}
