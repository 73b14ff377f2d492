package dev.ocelli.engine.chat.jinja;

import java.util.List;

/** The tokens of a template and how far they are read. */
final class TokenReader {
  /** How deeply tags and brackets may be nested; the parser recurses. */
  private static final int MAX_NESTING = 100;

  private final List<Token> tokens;
  private int at;
  private int nesting;

  TokenReader(List<Token> tokens) {
    this.tokens = tokens;
  }

  Token current() {
    return tokens.get(at);
  }

  Token following() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1));
  }

  Token next() {
    Token token = tokens.get(at);
    if (at < tokens.size() - 1) {
      at++;
    }
    return token;
  }

  boolean skipName(String name) {
    boolean found = current().isName(name);
    if (found) {
      next();
    }
    return found;
  }

  boolean skipOperator(String operator) {
    boolean found = current().isOperator(operator);
    if (found) {
      next();
    }
    return found;
  }

  Token expect(Token.Kind kind, String what) {
    if (!current().is(kind)) {
      throw unexpected(what);
    }
    return next();
  }

  void expectOperator(String operator) {
    if (!skipOperator(operator)) {
      throw unexpected("\"" + operator + "\"");
    }
  }

  void expectName(String name) {
    if (!skipName(name)) {
      throw unexpected("\"" + name + "\"");
    }
  }

  Fault unexpected(String wanted) {
    return Fault.at(current().line(), "expected " + wanted + " but found " + current().described());
  }

  void enter() {
    if (++nesting > MAX_NESTING) {
      throw Fault.at(current().line(), "nested more than " + MAX_NESTING + " deep");
    }
  }

  void leave() {
    nesting--;
  }
}
