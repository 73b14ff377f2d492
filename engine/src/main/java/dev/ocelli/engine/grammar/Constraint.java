package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.List;

/** What a reply must look like. With a model that reasons, what it answers after its reasoning. */
public sealed interface Constraint {
  /** Nothing is asked for. */
  Constraint NONE = new None();

  /** Any reply. */
  record None() implements Constraint {}

  /** A reply that matches the rule {@code root} of a grammar in GBNF. */
  record Gbnf(String text) implements Constraint {}

  /** A JSON value that a JSON Schema allows; {@link JsonSchemaGrammar} lists what is supported. */
  record JsonSchema(String schema) implements Constraint {}

  /** Any JSON object ("JSON mode"). */
  record JsonObject() implements Constraint {}

  /** A reply that matches a regular expression as a whole. */
  record Regex(String pattern) implements Constraint {}

  /** Exactly one of several texts. */
  record Choices(List<String> texts) implements Constraint {
    public Choices {
      texts = List.copyOf(texts);
    }
  }

  /**
   * The grammar of such replies.
   *
   * @throws OcelliException USAGE when the constraint has an error or is not supported; says where
   */
  default Grammar grammar() {
    return switch (this) {
      case None n -> throw new IllegalStateException("no constraint has no grammar");
      case Gbnf g -> GbnfParser.parse(g.text());
      case JsonSchema s -> JsonSchemaGrammar.parse(s.schema());
      case JsonObject o -> new Grammar(JsonText.rules(), JsonText.OBJECT);
      case Regex r -> Grammar.of(RegexParser.whole(r.pattern(), Expr::chars));
      case Choices c -> {
        if (c.texts().isEmpty()) {
          throw new OcelliException(
              OcelliException.Kind.USAGE, "the list of choices is empty; give at least one");
        }
        yield Grammar.of(new Expr.Choice(c.texts().stream().map(Expr::text).toList()));
      }
    };
  }
}
