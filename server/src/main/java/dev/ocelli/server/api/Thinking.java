package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Control;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;

/** Requests that say by a word whether to reason. */
final class Thinking {
  private Thinking() {}

  /**
   * The form with the reasoning that a field asks for.
   *
   * @param wanted what the field says
   * @throws ApiError 400 when the model does not reason and is to
   */
  static Form form(Fields f, String field, boolean wanted, ServedModel model, Form form) {
    if (wanted && !model.thinking()) {
      throw f.error(
          field,
          "asks for reasoning, but the model '%s' does not reason; leave it out"
              .formatted(model.name()));
    }
    return wanted ? form : off(form);
  }

  /** The form without reasoning. */
  static Form off(Form form) {
    return new Form(
        form.control().withThinking(Control.Thinking.OFF, Control.UNLIMITED),
        form.constraintField());
  }
}
