package dev.ocelli.engine.chat.jinja;

import java.util.ArrayList;
import java.util.List;

/**
 * What Python's generators are here: items that can be taken once, without a length or subscript.
 */
final class Lazy {
  private List<Object> rest;

  Lazy(List<Object> items) {
    this.rest = items;
  }

  List<Object> takeAll() {
    List<Object> items = rest;
    rest = List.of();
    return items;
  }

  /** The first item, or {@code none} where there is none left. */
  Object takeFirst(Object none) {
    if (rest.isEmpty()) {
      return none;
    }
    Object first = rest.getFirst();
    rest = new ArrayList<>(rest.subList(1, rest.size()));
    return first;
  }
}
