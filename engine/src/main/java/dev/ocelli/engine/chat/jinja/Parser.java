package dev.ocelli.engine.chat.jinja;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Parses a template into statements. */
final class Parser {
  private static final Set<String> IMPLICIT = Set.of("varargs", "kwargs", "caller");
  private static final Set<String> RESERVED =
      Set.of("true", "false", "none", "True", "False", "None", "self", "super", "loop");

  private final TokenReader in;
  private final ExprParser expressions;
  private int loops;

  private Parser(List<Token> tokens) {
    this.in = new TokenReader(tokens);
    this.expressions = new ExprParser(in);
  }

  /**
   * A parsed template.
   *
   * @param names all variable names that its expressions read
   */
  record Parsed(List<Statement> body, Set<String> names) {}

  static Parsed parse(String source) {
    Parser parser = new Parser(Lexer.tokens(source));
    List<Statement> body = parser.body();
    if (!parser.in.current().is(Token.Kind.END)) {
      throw Fault.at(
          parser.in.current().line(),
          "\"" + parser.in.current().text() + "\" has no block that it could belong to");
    }
    return new Parsed(body, Set.copyOf(parser.expressions.names()));
  }

  /** Statements up to the end or a tag named {@code ends}, the brace of which is read. */
  private List<Statement> body(String... ends) {
    List<Statement> statements = new ArrayList<>();
    while (true) {
      Token token = in.current();
      switch (token.kind()) {
        case END -> {
          if (ends.length > 0) {
            throw Fault.at(token.line(), "the template ends where \"" + ends[0] + "\" is missing");
          }
          return statements;
        }
        case DATA -> statements.add(new Statement.Data(Marked.trusted(in.next().text())));
        case VARIABLE_BEGIN -> {
          in.next();
          statements.add(new Statement.Output(expressions.tuple(true)));
          in.expect(Token.Kind.VARIABLE_END, "\"}}\"");
        }
        case BLOCK_BEGIN -> {
          in.next();
          for (String end : ends) {
            if (in.current().isName(end)) {
              return statements;
            }
          }
          in.enter();
          statements.add(statement());
          in.leave();
          endTag();
        }
        default -> throw in.unexpected("text or a tag");
      }
    }
  }

  private void endTag() {
    in.expect(Token.Kind.BLOCK_END, "\"%}\"");
  }

  /** The body of a block whose opening tag is read up to its end; {@code end} is read as well. */
  private List<Statement> block(String end) {
    in.skipOperator(":");
    endTag();
    List<Statement> statements = body(end);
    in.next();
    return statements;
  }

  private Statement statement() {
    Token tag = in.expect(Token.Kind.NAME, "the name of a tag");
    int line = tag.line();
    return switch (tag.text()) {
      case "if" -> conditional();
      case "for" -> loop(line);
      case "set" -> set(line);
      case "macro" -> macro();
      case "call" -> call(line);
      case "filter" -> new Statement.FilterBlock(filters(true), block("endfilter"));
      case "with" -> with(line);
      case "generation" -> new Statement.Scoped(outsideLoops("endgeneration"));
      case "print" -> new Statement.Output(expressions.expression());
      case "break" -> {
        inLoop("break", line);
        yield new Statement.Break(line);
      }
      case "continue" -> {
        inLoop("continue", line);
        yield new Statement.Continue(line);
      }
      case "endif",
          "endfor",
          "else",
          "elif",
          "endset",
          "endmacro",
          "endcall",
          "endfilter",
          "endwith",
          "endgeneration",
          "endraw" ->
          throw Fault.at(line, "\"" + tag.text() + "\" has no block that it could belong to");
      default -> throw Fault.at(line, "the tag \"" + tag.text() + "\" is not supported");
    };
  }

  private void inLoop(String tag, int line) {
    if (loops == 0) {
      throw Fault.at(line, "\"" + tag + "\" is outside a loop");
    }
  }

  private List<Statement> outsideLoops(String end) {
    int outer = loops;
    loops = 0;
    List<Statement> statements = block(end);
    loops = outer;
    return statements;
  }

  private Statement conditional() {
    List<Statement.Branch> branches = new ArrayList<>();
    List<Statement> otherwise = List.of();
    while (true) {
      Expr test = expressions.tuple(false);
      in.skipOperator(":");
      endTag();
      branches.add(new Statement.Branch(test, body("elif", "else", "endif")));
      String next = in.next().text();
      if (next.equals("elif")) {
        continue;
      }
      if (next.equals("else")) {
        otherwise = block("endif");
      }
      return new Statement.If(branches, otherwise);
    }
  }

  private Statement loop(int line) {
    Statement.Target target = targets(false);
    in.expectName("in");
    Expr iterable = expressions.tuple(false);
    Expr condition = in.skipName("if") ? expressions.expression() : null;
    if (in.current().isName("recursive")) {
      throw Fault.at(line, "recursive loops are not supported");
    }
    in.skipOperator(":");
    endTag();
    loops++;
    List<Statement> body = body("endfor", "else");
    loops--;
    List<Statement> otherwise = List.of();
    if (in.next().text().equals("else")) {
      otherwise = block("endfor");
    }
    return new Statement.For(target, iterable, condition, body, otherwise, line);
  }

  private Statement set(int line) {
    Statement.Target target = targets(true);
    if (in.skipOperator("=")) {
      return new Statement.Set(target, expressions.tuple(true), line);
    }
    List<Expr.Filtered> filters = filters(false);
    return new Statement.SetBlock(target, filters, block("endset"), line);
  }

  /** Filters of a block: {@code upper | trim}, or after {@code set x} with a bar before each. */
  private List<Expr.Filtered> filters(boolean firstWithoutBar) {
    List<Expr.Filtered> filters = new ArrayList<>();
    if (firstWithoutBar) {
      filters.add(expressions.filterCall(null));
    }
    while (in.skipOperator("|")) {
      filters.add(expressions.filterCall(null));
    }
    return filters;
  }

  private Statement macro() {
    String name = variableName();
    if (!in.current().isOperator("(")) {
      throw in.unexpected("\"(\"");
    }
    return new Statement.Macro(name, function(name, parameters(), "endmacro"));
  }

  private Statement call(int line) {
    Parameters parameters =
        in.current().isOperator("(") ? parameters() : new Parameters(List.of(), List.of());
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw Fault.at(line, "the tag \"call\" needs the call of a macro");
    }
    return new Statement.CallBlock(call, function("caller", parameters, "endcall"));
  }

  private record Parameters(List<String> names, List<Expr> defaults) {}

  private Parameters parameters() {
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    in.expectOperator("(");
    while (!in.skipOperator(")")) {
      if (!names.isEmpty()) {
        in.expectOperator(",");
      }
      int line = in.current().line();
      names.add(variableName());
      if (in.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw Fault.at(line, "a parameter without a default follows one with a default");
      }
    }
    return new Parameters(names, defaults);
  }

  private Statement.Function function(String name, Parameters parameters, String end) {
    // What the body reads of the implicit variables, and not what is read around it.
    Set<String> outer = new HashSet<>(IMPLICIT);
    outer.retainAll(expressions.names());
    expressions.names().removeAll(IMPLICIT);
    List<Statement> body = outsideLoops(end);
    Set<String> uses = new HashSet<>(IMPLICIT);
    uses.retainAll(expressions.names());
    expressions.names().removeAll(IMPLICIT);
    expressions.names().addAll(outer);
    return new Statement.Function(
        name, parameters.names(), parameters.defaults(), body, Set.copyOf(uses));
  }

  private Statement with(int line) {
    List<Statement.Target> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!in.current().is(Token.Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        in.expectOperator(",");
      }
      targets.add(new Statement.Target.Variable(variableName()));
      in.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Statement.With(targets, values, block("endwith"), line);
  }

  private String variableName() {
    Token token = in.expect(Token.Kind.NAME, "a variable");
    if (RESERVED.contains(token.text())) {
      throw Fault.at(token.line(), "\"" + token.text() + "\" cannot be assigned to");
    }
    return token.text();
  }

  private Statement.Target targets(boolean withFields) {
    List<Statement.Target> targets = new ArrayList<>(List.of(target(withFields)));
    boolean several = false;
    while (in.skipOperator(",")) {
      several = true;
      if (!in.current().is(Token.Kind.NAME) && !in.current().isOperator("(")) {
        break;
      }
      if (in.current().isName("in")) {
        break;
      }
      targets.add(target(withFields));
    }
    return several ? new Statement.Target.Several(targets) : targets.getFirst();
  }

  private Statement.Target target(boolean withFields) {
    if (in.skipOperator("(")) {
      in.enter();
      Statement.Target inner = targets(withFields);
      in.leave();
      in.expectOperator(")");
      return inner;
    }
    String name = variableName();
    if (withFields && in.skipOperator(".")) {
      String field = in.expect(Token.Kind.NAME, "the name of a field").text();
      return new Statement.Target.Field(name, field);
    }
    return new Statement.Target.Variable(name);
  }
}
