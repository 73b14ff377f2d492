package dev.ocelli.engine.chat.jinja;

import java.util.HashMap;
import java.util.Map;

/** Jinja's {@code namespace}: the only value whose fields a template can set. */
final class Namespace {
  private final Map<String, Object> fields = new HashMap<>();

  Object get(String name) {
    Object value = fields.get(name);
    return value == null ? new Undefined("the namespace has no field \"" + name + "\"") : value;
  }

  void set(String name, Object value) {
    fields.put(name, value);
  }
}
