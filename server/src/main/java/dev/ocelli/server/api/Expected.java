package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Outlook;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.TimeEstimates;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.server.wire.Json;
import java.util.Locale;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What something will cost, told before it is sent: {@code ocelli plan} of a loaded model. */
final class Expected {
  private Expected() {}

  /** Of a whole request. */
  static ObjectNode request(ServedModel model, Outlook outlook) {
    TimeEstimates times = model.slots().times();
    ObjectNode out = Json.object();
    out.put("object", "chat.completion.plan");
    out.put("model", model.name());
    out.put("prompt_tokens", outlook.promptTokens());
    out.put("cached_tokens", outlook.reused());
    ArrayNode media = out.putArray("media");
    double pictures = 0;
    for (Reply.MediaUse m : outlook.media()) {
      ObjectNode o = media.addObject();
      double seconds = outlook.seconds(m, times);
      pictures += seconds;
      o.put("width", m.width());
      o.put("height", m.height());
      o.put("resized_width", m.resizedWidth());
      o.put("resized_height", m.resizedHeight());
      grid(o, m.grid());
      o.put("tokens", m.tokens());
      o.put("cached", m.cached());
      seconds(o, "seconds", seconds);
    }
    total(out, times, pictures, outlook.promptSeconds(times));
    return out;
  }

  /**
   * Adds seconds until a reply begins, and what they rest on.
   *
   * @param pictures seconds of the vision tower; NaN while unknown
   * @param prompt seconds of the language model; NaN while unknown
   */
  static void total(ObjectNode out, TimeEstimates times, double pictures, double prompt) {
    seconds(out, "prompt_seconds", prompt);
    seconds(out, "seconds", pictures + prompt);
    boolean known = !Double.isNaN(pictures + prompt);
    TimeEstimates.Basis basis = known ? times.basis() : TimeEstimates.Basis.NOTHING;
    out.put("seconds_from", basis.name().toLowerCase(Locale.ROOT));
  }

  static void seconds(ObjectNode out, String name, double seconds) {
    if (Double.isNaN(seconds)) {
      out.putNull(name);
    } else {
      out.put(name, Math.rint(seconds * 1e4) / 1e4);
    }
  }

  static void grid(ObjectNode out, Grid grid) {
    out.putArray("grid_thw").add(grid.t()).add(grid.h()).add(grid.w());
  }
}
