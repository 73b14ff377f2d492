package dev.ocelli.server.api;

import tools.jackson.databind.JsonNode;

/** What form a reply must have. */
public sealed interface Constraint {
  /** Any. */
  record None() implements Constraint {}

  /** A JSON object. */
  record JsonObject() implements Constraint {}

  /** JSON that fits a schema. */
  record JsonSchema(JsonNode schema) implements Constraint {}

  /** A grammar in GBNF. */
  record Grammar(String gbnf) implements Constraint {}
}
