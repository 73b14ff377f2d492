package dev.ocelli.engine.chat.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Parses expressions with Jinja's precedences, from weakest: {@code if}-{@code else}, {@code or},
 * {@code and}, {@code not}, comparisons, {@code + -}, {@code ~}, {@code * / // %}, {@code **},
 * signs, then attributes, subscripts, calls, filters and tests.
 *
 * <p>Filters, tests and methods that do not exist here, and arguments they do not have, are found
 * here, before anything is rendered.
 */
final class ExprParser {
  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");

  private final TokenReader in;
  private final Set<String> names = new HashSet<>();

  ExprParser(TokenReader in) {
    this.in = in;
  }

  /** Every variable name read so far. */
  Set<String> names() {
    return names;
  }

  Expr expression() {
    return nested(this::conditional);
  }

  private <T> T nested(Supplier<T> parse) {
    in.enter();
    T result = parse.get();
    in.leave();
    return result;
  }

  /** An expression, or several with commas between, which make a tuple. */
  Expr tuple(boolean withConditional) {
    int line = in.current().line();
    List<Expr> items = new ArrayList<>();
    boolean isTuple = false;
    while (!endsTuple()) {
      items.add(withConditional ? expression() : nested(this::or));
      if (!in.skipOperator(",")) {
        break;
      }
      isTuple = true;
    }
    if (items.isEmpty()) {
      throw in.unexpected("an expression");
    }
    return isTuple ? new Expr.TupleOf(items, line) : items.getFirst();
  }

  private boolean endsTuple() {
    Token token = in.current();
    return token.is(Token.Kind.VARIABLE_END)
        || token.is(Token.Kind.BLOCK_END)
        || token.isOperator(")");
  }

  private Expr conditional() {
    Expr value = or();
    while (in.current().isName("if")) {
      int line = in.next().line();
      Expr test = or();
      Expr otherwise = in.skipName("else") ? nested(this::conditional) : null;
      value = new Expr.Conditional(test, value, otherwise, line);
    }
    return value;
  }

  Expr or() {
    Expr left = and();
    while (in.current().isName("or")) {
      int line = in.next().line();
      left = new Expr.Logic(false, left, and(), line);
    }
    return left;
  }

  private Expr and() {
    Expr left = not();
    while (in.current().isName("and")) {
      int line = in.next().line();
      left = new Expr.Logic(true, left, not(), line);
    }
    return left;
  }

  private Expr not() {
    if (in.current().isName("not")) {
      int line = in.next().line();
      return new Expr.Not(nested(this::not), line);
    }
    return comparison();
  }

  private Expr comparison() {
    int line = in.current().line();
    Expr first = sum();
    List<String> operators = new ArrayList<>();
    List<Expr> operands = new ArrayList<>();
    while (true) {
      Token token = in.current();
      if (token.is(Token.Kind.OPERATOR) && COMPARISONS.contains(token.text())) {
        operators.add(in.next().text());
      } else if (in.skipName("in")) {
        operators.add("in");
      } else if (token.isName("not") && in.following().isName("in")) {
        in.next();
        in.next();
        operators.add("not in");
      } else {
        break;
      }
      operands.add(sum());
    }
    return operators.isEmpty() ? first : new Expr.Compare(first, operators, operands, line);
  }

  private Expr sum() {
    Expr left = concat();
    while (in.current().isOperator("+") || in.current().isOperator("-")) {
      Token operator = in.next();
      left = new Expr.Arithmetic(operator.text(), left, concat(), operator.line());
    }
    return left;
  }

  private Expr concat() {
    int line = in.current().line();
    List<Expr> operands = new ArrayList<>(List.of(product()));
    while (in.skipOperator("~")) {
      operands.add(product());
    }
    return operands.size() == 1 ? operands.getFirst() : new Expr.Concat(operands, line);
  }

  private Expr product() {
    Expr left = power();
    while (in.current().is(Token.Kind.OPERATOR)
        && Set.of("*", "/", "//", "%").contains(in.current().text())) {
      Token operator = in.next();
      left = new Expr.Arithmetic(operator.text(), left, power(), operator.line());
    }
    return left;
  }

  private Expr power() {
    Expr left = unary(true);
    while (in.current().isOperator("**")) {
      int line = in.next().line();
      left = new Expr.Arithmetic("**", left, unary(true), line);
    }
    return left;
  }

  private Expr unary(boolean withFilters) {
    Expr value;
    Token token = in.current();
    if (token.isOperator("-") || token.isOperator("+")) {
      in.next();
      value = new Expr.Sign(token.text().equals("-"), nested(() -> unary(false)), token.line());
    } else {
      value = primary();
    }
    value = postfix(value);
    while (withFilters) {
      if (in.current().isOperator("|")) {
        value = filter(value);
      } else if (in.current().isName("is")) {
        value = test(value);
      } else if (in.current().isOperator("(")) {
        value = call(value);
      } else {
        break;
      }
    }
    return value;
  }

  private Expr primary() {
    Token token = in.next();
    int line = token.line();
    return switch (token.kind()) {
      case NAME ->
          switch (token.text()) {
            case "true", "True" -> new Expr.Const(true, line);
            case "false", "False" -> new Expr.Const(false, line);
            case "none", "None" -> new Expr.Const(None.NONE, line);
            case "self", "super" -> throw Fault.at(line, token.text() + " is not supported");
            default -> {
              names.add(token.text());
              yield new Expr.Name(token.text(), line);
            }
          };
      case STRING -> {
        StringBuilder text = new StringBuilder(token.text());
        while (in.current().is(Token.Kind.STRING)) {
          text.append(in.next().text());
        }
        yield new Expr.Const(Marked.trusted(text.toString()), line);
      }
      case INTEGER, FLOAT -> new Expr.Const(token.value(), line);
      case OPERATOR ->
          switch (token.text()) {
            case "(" -> {
              Expr inner =
                  in.current().isOperator(")") ? new Expr.TupleOf(List.of(), line) : tuple(true);
              in.expectOperator(")");
              yield inner;
            }
            case "[" -> new Expr.ListOf(list(), line);
            case "{" -> dict(line);
            default -> throw notAnExpression(token);
          };
      default -> throw notAnExpression(token);
    };
  }

  private static Fault notAnExpression(Token token) {
    return Fault.at(token.line(), "expected an expression but found " + token.described());
  }

  private List<Expr> list() {
    List<Expr> items = new ArrayList<>();
    while (!in.skipOperator("]")) {
      if (!items.isEmpty()) {
        in.expectOperator(",");
        if (in.skipOperator("]")) {
          break;
        }
      }
      items.add(expression());
    }
    return items;
  }

  private Expr dict(int line) {
    List<Expr> keys = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!in.skipOperator("}")) {
      if (!keys.isEmpty()) {
        in.expectOperator(",");
        if (in.skipOperator("}")) {
          break;
        }
      }
      keys.add(expression());
      in.expectOperator(":");
      values.add(expression());
    }
    return new Expr.DictOf(keys, values, line);
  }

  private Expr postfix(Expr operand) {
    Expr value = operand;
    while (in.current().is(Token.Kind.OPERATOR)) {
      int line = in.current().line();
      if (in.skipOperator(".")) {
        Token name = in.next();
        if (name.is(Token.Kind.INTEGER)) {
          value = new Expr.Item(value, new Expr.Const(name.value(), line), line);
        } else if (name.is(Token.Kind.NAME)) {
          value = new Expr.Attribute(value, name.text(), line);
        } else {
          throw Fault.at(line, "expected a name after \".\" but found " + name.described());
        }
      } else if (in.skipOperator("[")) {
        value = subscript(value, line);
      } else if (in.current().isOperator("(")) {
        value = call(value);
      } else {
        break;
      }
    }
    return value;
  }

  private Expr subscript(Expr object, int line) {
    Expr start = in.current().isOperator(":") ? null : expression();
    if (!in.current().isOperator(":")) {
      if (in.current().isOperator(",")) {
        throw Fault.at(line, "a subscript of several values is not supported");
      }
      in.expectOperator("]");
      // Not null: what does not begin with a colon is an expression.
      return new Expr.Item(object, java.util.Objects.requireNonNull(start), line);
    }
    in.next();
    Expr stop = bound();
    Expr step = in.skipOperator(":") ? bound() : null;
    in.expectOperator("]");
    return new Expr.Slice(object, start, stop, step, line);
  }

  private @Nullable Expr bound() {
    return in.current().isOperator(":") || in.current().isOperator("]") ? null : expression();
  }

  private Expr call(Expr callee) {
    int line = in.current().line();
    Expr.Arguments arguments = arguments();
    if (callee instanceof Expr.Attribute method) {
      Signature signature = Methods.signature(method.name());
      if (signature == null) {
        throw Fault.at(line, "the method \"" + method.name() + "\" is not supported");
      }
      signature.check("the method \"" + method.name() + "\"", arguments, line);
    } else if (!(callee instanceof Expr.Name)) {
      throw Fault.at(line, "only macros, functions and methods can be called");
    }
    return new Expr.Call(callee, arguments, line);
  }

  private Expr.Arguments arguments() {
    in.expectOperator("(");
    List<Expr> positional = new ArrayList<>();
    List<String> keywords = new ArrayList<>();
    List<Expr> named = new ArrayList<>();
    while (!in.skipOperator(")")) {
      if (!positional.isEmpty() || !named.isEmpty()) {
        in.expectOperator(",");
        if (in.skipOperator(")")) {
          break;
        }
      }
      Token token = in.current();
      if (token.isOperator("*") || token.isOperator("**")) {
        throw Fault.at(token.line(), "\"" + token.text() + "\" arguments are not supported");
      }
      if (token.is(Token.Kind.NAME) && in.following().isOperator("=")) {
        in.next();
        in.next();
        if (keywords.contains(token.text())) {
          throw Fault.at(token.line(), "the argument \"" + token.text() + "\" is given twice");
        }
        keywords.add(token.text());
        named.add(expression());
      } else if (keywords.isEmpty()) {
        positional.add(expression());
      } else {
        throw Fault.at(token.line(), "an argument without a name follows one with a name");
      }
    }
    return new Expr.Arguments(positional, keywords, named);
  }

  /** {@code name} or {@code name(...)}, the bar before it already read or not there. */
  Expr.Filtered filterCall(@Nullable Expr operand) {
    Token name = in.expect(Token.Kind.NAME, "the name of a filter");
    if (in.current().isOperator(".")) {
      throw Fault.at(name.line(), "the filter \"" + name.text() + ".\" is not supported");
    }
    Expr.Arguments arguments = in.current().isOperator("(") ? arguments() : Expr.Arguments.NONE;
    Signature signature = Filters.signature(name.text());
    if (signature == null) {
      throw Fault.at(name.line(), "the filter \"" + name.text() + "\" is not supported");
    }
    signature.check("the filter \"" + name.text() + "\"", arguments, name.line());
    checkInner(name.text(), arguments, name.line());
    return new Expr.Filtered(operand, name.text(), arguments, name.line());
  }

  // The names of filters and tests that map, select and the like are given as strings.
  private static void checkInner(String filter, Expr.Arguments arguments, int line) {
    int at = filter.endsWith("attr") ? 1 : 0;
    if (arguments.positional().size() <= at
        || !(arguments.positional().get(at) instanceof Expr.Const constant)
        || !(constant.value() instanceof Marked name)) {
      return;
    }
    switch (filter) {
      case "map" -> {
        if (Filters.signature(name.text()) == null) {
          throw Fault.at(line, "the filter \"" + name.text() + "\" is not supported");
        }
      }
      case "select", "reject", "selectattr", "rejectattr" -> {
        if (Tests.signature(name.text()) == null) {
          throw Fault.at(line, "the test \"" + name.text() + "\" is not supported");
        }
      }
      default -> {}
    }
  }

  private Expr filter(Expr operand) {
    in.expectOperator("|");
    return filterCall(operand);
  }

  private Expr test(Expr operand) {
    int line = in.next().line();
    boolean negated = in.skipName("not");
    String name = in.expect(Token.Kind.NAME, "the name of a test").text();
    Signature signature = Tests.signature(name);
    if (signature == null) {
      throw Fault.at(line, "the test \"" + name + "\" is not supported");
    }
    Expr.Arguments arguments = testArguments();
    signature.check("the test \"" + name + "\"", arguments, line);
    Expr test = new Expr.Tested(operand, name, arguments, line);
    return negated ? new Expr.Not(test, line) : test;
  }

  private Expr.Arguments testArguments() {
    Token token = in.current();
    if (token.isOperator("(")) {
      return arguments();
    }
    boolean begins =
        switch (token.kind()) {
          case NAME -> !Set.of("else", "or", "and").contains(token.text());
          case STRING, INTEGER, FLOAT -> true;
          case OPERATOR -> token.text().equals("[") || token.text().equals("{");
          default -> false;
        };
    if (!begins) {
      return Expr.Arguments.NONE;
    }
    if (token.isName("is")) {
      throw Fault.at(token.line(), "tests cannot be chained with \"is\"");
    }
    return new Expr.Arguments(List.of(nested(() -> postfix(primary()))), List.of(), List.of());
  }
}
