package dev.ocelli.server.api;

import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;

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

  /** Replies that a constraint allows, which a field gives. */
  static Form of(Constraint constraint, String field) {
    return new Form(Control.DEFAULT.withConstraint(constraint), field);
  }

  /** The same for a reply that continues the last message. */
  Form continuingLast() {
    return new Form(control.continuingLast(), constraintField);
  }

  /** JSON that fits the schema of a field. */
  static Form schema(Fields f, String field) {
    return of(new Constraint.JsonSchema(Json.line(f.require(field))), f.path(field));
  }
}
