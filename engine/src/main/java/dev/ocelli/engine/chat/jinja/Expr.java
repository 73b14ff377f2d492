package dev.ocelli.engine.chat.jinja;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** An expression of a template. */
sealed interface Expr {
  /** Line of the template, from 1. */
  int line();

  record Const(Object value, int line) implements Expr {}

  record Name(String name, int line) implements Expr {}

  record ListOf(List<Expr> items, int line) implements Expr {}

  record TupleOf(List<Expr> items, int line) implements Expr {}

  record DictOf(List<Expr> keys, List<Expr> values, int line) implements Expr {}

  /** {@code + or -} before a number. */
  record Sign(boolean minus, Expr operand, int line) implements Expr {}

  record Not(Expr operand, int line) implements Expr {}

  /** {@code and} or {@code or}: the value of the operand that decides. */
  record Logic(boolean and, Expr left, Expr right, int line) implements Expr {}

  record Arithmetic(String operator, Expr left, Expr right, int line) implements Expr {}

  /** {@code ~}: the operands as text, joined. */
  record Concat(List<Expr> operands, int line) implements Expr {}

  /** {@code a < b <= c}: every neighbouring pair must hold; each operand is evaluated once. */
  record Compare(Expr first, List<String> operators, List<Expr> operands, int line)
      implements Expr {}

  record Conditional(Expr test, Expr then, @Nullable Expr otherwise, int line) implements Expr {}

  record Attribute(Expr object, String name, int line) implements Expr {}

  record Item(Expr object, Expr index, int line) implements Expr {}

  record Slice(
      Expr object, @Nullable Expr start, @Nullable Expr stop, @Nullable Expr step, int line)
      implements Expr {}

  record Call(Expr callee, Arguments arguments, int line) implements Expr {}

  /** A filter; {@code operand} is null inside a filter or set block, whose text it takes. */
  record Filtered(@Nullable Expr operand, String name, Arguments arguments, int line)
      implements Expr {}

  record Tested(Expr operand, String name, Arguments arguments, int line) implements Expr {}

  /** Arguments of a call, a filter or a test. */
  record Arguments(List<Expr> positional, List<String> names, List<Expr> named) {
    static final Arguments NONE = new Arguments(List.of(), List.of(), List.of());
  }
}
