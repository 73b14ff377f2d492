package dev.ocelli.cli.flags;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Control.Thinking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the flags ask of the reply. */
public final class ControlSettings {
  private static final int MOST_BYTES = 4 << 20;

  private ControlSettings() {}

  /** The control that the flags describe; a grammar or schema with an error is found here. */
  public static Control of(ControlFlags f) {
    Thinking thinking =
        switch (f.reasoning) {
          case "on" -> Thinking.ON;
          case "off" -> Thinking.OFF;
          case "auto" -> Thinking.AUTO;
          default ->
              throw new OcelliException(
                  Kind.USAGE,
                  "--reasoning '%s' is unknown; use on, off or auto".formatted(f.reasoning));
        };
    boolean loopGuard =
        switch (f.loopGuard) {
          case "on" -> true;
          case "off" -> false;
          default ->
              throw new OcelliException(
                  Kind.USAGE, "--loop-guard '%s' is unknown; use on or off".formatted(f.loopGuard));
        };
    return Control.DEFAULT
        .withConstraint(constraint(f))
        .withThinking(thinking, f.reasoningBudget)
        .withLoopGuard(loopGuard);
  }

  private static Constraint constraint(ControlFlags f) {
    List<String> given = new ArrayList<>();
    Constraint constraint = Constraint.None.INSTANCE;
    String grammar = text("--grammar", f.grammar, f.grammarFile, "a grammar", given);
    if (grammar != null) {
      constraint = new Constraint.Gbnf(grammar);
    }
    String schema = text("--json-schema", f.schema, f.schemaFile, "a JSON Schema", given);
    if (schema != null) {
      // As in llama.cpp: an empty schema asks for an object.
      constraint =
          schema.strip().equals("{}")
              ? new Constraint.JsonObject()
              : new Constraint.JsonSchema(schema);
    }
    if (given.size() > 1) {
      throw new OcelliException(
          Kind.USAGE, "%s are given; give one of them".formatted(String.join(" and ", given)));
    }
    if (!given.isEmpty()) {
      try {
        constraint.grammar();
      } catch (OcelliException e) {
        throw e.in(given.getFirst());
      }
    }
    return constraint;
  }

  private static @Nullable String text(
      String flag, @Nullable String inline, @Nullable Path file, String what, List<String> given) {
    if (inline != null) {
      given.add(flag);
    }
    if (file != null) {
      given.add(flag + "-file");
      return InputFiles.text(file, what, MOST_BYTES);
    }
    return inline;
  }
}
