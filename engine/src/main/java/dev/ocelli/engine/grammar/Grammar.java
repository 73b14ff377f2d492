package dev.ocelli.engine.grammar;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A context-free grammar over text: named rules, one of which a whole reply must match. Immutable.
 *
 * <p>{@link GbnfParser}, {@link JsonSchemaGrammar} and {@link Constraint} make them; {@link
 * Automaton} finds out whether they can be used.
 */
public final class Grammar {
  private final Map<String, Expr> rules;
  private final String root;

  /**
   * @param rules by name, which errors show
   * @param root the rule of the whole reply
   */
  Grammar(Map<String, Expr> rules, String root) {
    this.rules = Map.copyOf(rules);
    this.root = root;
  }

  /** A grammar of one rule. */
  static Grammar of(Expr expr) {
    return new Grammar(Map.of("root", expr), "root");
  }

  Map<String, Expr> rules() {
    return rules;
  }

  String root() {
    return root;
  }

  /** The rules under other names, {@code prefix} before each: to be put beside other rules. */
  Map<String, Expr> renamed(String prefix) {
    Map<String, Expr> out = new LinkedHashMap<>();
    rules.forEach((name, body) -> out.put(prefix + name, renamed(body, prefix)));
    return out;
  }

  private static Expr renamed(Expr e, String prefix) {
    return switch (e) {
      case Expr.Rule r -> new Expr.Rule(prefix + r.name());
      case Expr.Sequence s ->
          new Expr.Sequence(s.parts().stream().map(p -> renamed(p, prefix)).toList());
      case Expr.Choice c ->
          new Expr.Choice(c.options().stream().map(o -> renamed(o, prefix)).toList());
      case Expr.Repeat r -> new Expr.Repeat(renamed(r.body(), prefix), r.min(), r.max());
      case Expr.Text t -> t;
      case Expr.Chars c -> c;
      case Expr.Without w -> w;
    };
  }
}
