package dev.ocelli.engine.record;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.lora.Adapter;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.runtime.Adapters;
import dev.ocelli.engine.runtime.Engine;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The adapters of a reply in its record: by names for people, by hashes for replays. */
final class AdaptersJson {
  private static final String FIELD = "adapters";

  private AdaptersJson() {}

  /** Records of replies without adapters have no such field. */
  static void write(ObjectNode record, AdapterSet adapters) {
    if (adapters.isEmpty()) {
      return;
    }
    ArrayNode all = record.putArray(FIELD);
    for (AdapterSet.Use u : adapters.uses()) {
      all.addObject()
          .put("name", u.adapter().name())
          .put("sha256", u.adapter().sha256())
          .put("scale", u.scale());
    }
  }

  /**
   * The same adapters of an engine.
   *
   * @throws OcelliException INPUT when one is not loaded
   */
  static AdapterSet read(RecordFields record, Engine engine) {
    List<AdapterSet.Use> uses = new ArrayList<>();
    if (record.has(FIELD)) {
      for (RecordFields f : record.objects(FIELD)) {
        uses.add(new AdapterSet.Use(find(f, engine), (float) f.number("scale")));
      }
    }
    return new AdapterSet(uses);
  }

  private static Adapter find(RecordFields f, Engine engine) {
    String hash = f.text("sha256");
    for (Adapters.Entry e : engine.adapters().list()) {
      if (e.adapter().sha256().equals(hash)) {
        return e.adapter();
      }
    }
    throw new OcelliException(
        OcelliException.Kind.INPUT,
        "the reply was made with adapter '%s', whose file (SHA-256 %s) is not loaded; give it with --lora"
            .formatted(f.text("name"), hash));
  }
}
