package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.ReplyMarks;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The grammar of a whole reply: reasoning that is not constrained, then the constrained answer or
 * calls of tools.
 */
public final class ReplyGrammar {
  private static final String ANSWER = "answer ";

  private ReplyGrammar() {}

  /**
   * The grammar, or null where every reply is allowed.
   *
   * @param constraint of the answer; calls of tools may come in its place
   * @param inReasoning whether the prompt ends inside the reasoning
   * @throws OcelliException USAGE when constraint or tools cannot be used
   */
  public static @Nullable Grammar of(Constraint constraint, ToolRules tools, boolean inReasoning) {
    Map<String, Expr> rules = new LinkedHashMap<>();
    Expr answer = answer(constraint, tools, rules);
    if (answer == null) {
      return null;
    }
    Expr reply =
        inReasoning
            ? Expr.sequence(
                new Expr.Without(ReplyMarks.END_THINK),
                Expr.text(ReplyMarks.END_THINK),
                Expr.repeat(Expr.text("\n"), 0, 2),
                answer)
            : answer;
    rules.put("reply", reply);
    return new Grammar(rules, "reply");
  }

  private static @Nullable Expr answer(
      Constraint constraint, ToolRules tools, Map<String, Expr> rules) {
    boolean free = constraint instanceof Constraint.None;
    if (tools.mustCall()) {
      if (!free) {
        throw new OcelliException(
            OcelliException.Kind.USAGE,
            "tool_choice asks for a call and the reply is constrained, too; drop one of them");
      }
      return tools.calls(rules);
    }
    if (free && tools.heldTo()) {
      Expr text = new Expr.Without(ReplyMarks.CALL);
      return Expr.sequence(text, Expr.optional(tools.calls(rules)));
    }
    if (free) {
      boolean forbidden = !tools.tools().isEmpty() && !tools.mayCall();
      return forbidden ? new Expr.Without(ReplyMarks.CALL) : null;
    }
    Grammar g = constraint.grammar();
    rules.putAll(g.renamed(ANSWER));
    Expr own = Expr.rule(ANSWER + g.root());
    return tools.mayCall() ? Expr.choice(own, tools.calls(rules)) : own;
  }
}
