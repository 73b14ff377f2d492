package dev.ocelli.server.api;

import dev.ocelli.engine.runtime.Control;

/**
 * What form replies are to have.
 *
 * @param control the engine's control of replies
 * @param constraintField the field of the request that says what the reply must look like; empty
 *     when none does
 */
record Form(Control control, String constraintField) {
  /** What the model does by itself. */
  static final Form ANY = new Form(Control.DEFAULT, "");
}
