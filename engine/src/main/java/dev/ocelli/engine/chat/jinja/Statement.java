package dev.ocelli.engine.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A statement of a template. */
sealed interface Statement {
  record Data(Marked text) implements Statement {}

  record Output(Expr value) implements Statement {}

  record If(List<Branch> branches, List<Statement> otherwise) implements Statement {}

  record Branch(Expr test, List<Statement> body) {}

  record For(
      Target target,
      Expr iterable,
      @Nullable Expr condition,
      List<Statement> body,
      List<Statement> otherwise,
      int line)
      implements Statement {}

  record Set(Target target, Expr value, int line) implements Statement {}

  /** {@code set x} up to {@code endset}; the filters are innermost first. */
  record SetBlock(Target target, List<Expr.Filtered> filters, List<Statement> body, int line)
      implements Statement {}

  record FilterBlock(List<Expr.Filtered> filters, List<Statement> body) implements Statement {}

  record Macro(String name, Function function) implements Statement {}

  record CallBlock(Expr.Call call, Function caller) implements Statement {}

  record With(List<Target> targets, List<Expr> values, List<Statement> body, int line)
      implements Statement {}

  /** A body with variables of its own. */
  record Scoped(List<Statement> body) implements Statement {}

  record Break(int line) implements Statement {}

  record Continue(int line) implements Statement {}

  /**
   * What a macro or call block does.
   *
   * @param defaults for the last parameters
   * @param uses which of {@code varargs}, {@code kwargs} and {@code caller} the body reads
   */
  record Function(
      String name,
      List<String> parameters,
      List<Expr> defaults,
      List<Statement> body,
      java.util.Set<String> uses) {}

  /** Where a value is put. */
  sealed interface Target {
    record Variable(String name) implements Target {}

    /** A variable of a {@code namespace}. */
    record Field(String object, String name) implements Target {}

    record Several(List<Target> targets) implements Target {}
  }
}
