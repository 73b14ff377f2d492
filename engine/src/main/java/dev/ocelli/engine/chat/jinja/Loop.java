package dev.ocelli.engine.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The variable {@code loop} inside a loop. */
final class Loop {
  private final List<Object> items;
  private int index;
  private @Nullable List<Object> changed;

  Loop(List<Object> items) {
    this.items = items;
  }

  void at(int position) {
    index = position;
  }

  Object get(String name) {
    long size = items.size();
    return switch (name) {
      case "index" -> index + 1L;
      case "index0" -> (long) index;
      case "revindex" -> size - index;
      case "revindex0" -> size - index - 1;
      case "first" -> index == 0;
      case "last" -> index == size - 1;
      case "length" -> size;
      // Only recursive loops, which are not supported, are deeper.
      case "depth" -> 1L;
      case "depth0" -> 0L;
      case "previtem" ->
          index > 0 ? items.get(index - 1) : new Undefined("there is no previous item");
      case "nextitem" ->
          index < size - 1 ? items.get(index + 1) : new Undefined("there is no next item");
      default -> new Undefined("the loop has no attribute \"" + name + "\"");
    };
  }

  Object cycle(List<Object> values) {
    if (values.isEmpty()) {
      throw new Fault("loop.cycle() needs values");
    }
    return values.get(index % values.size());
  }

  boolean changed(List<Object> values, Values semantics) {
    boolean different = changed == null || !semantics.equal(new Tuple(values), new Tuple(changed));
    changed = values;
    return different;
  }
}
