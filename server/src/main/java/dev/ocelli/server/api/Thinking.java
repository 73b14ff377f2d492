package dev.ocelli.server.api;

import dev.ocelli.server.wire.Fields;

/** Requests that say whether to reason. A model that reasons always does, and another never. */
final class Thinking {
  private Thinking() {}

  /** Refuses what the model does not do. */
  static void require(Fields f, String field, boolean wanted, ServedModel model) {
    if (wanted && !model.thinking()) {
      throw f.error(
          field,
          "asks for reasoning, but the model '%s' does not reason; leave it out"
              .formatted(model.name()));
    }
    if (!wanted && model.thinking()) {
      throw f.error(
          field,
          "turns reasoning off, but the model '%s' always reasons; leave it out"
              .formatted(model.name()));
    }
  }
}
