package dev.ocelli.engine.chat.jinja;

/**
 * A token of a template.
 *
 * @param text name, operator, or the raw text; strings are unescaped
 * @param value of a number, else 0
 */
record Token(Kind kind, String text, Number value, int line) {
  enum Kind {
    DATA,
    BLOCK_BEGIN,
    BLOCK_END,
    VARIABLE_BEGIN,
    VARIABLE_END,
    NAME,
    STRING,
    INTEGER,
    FLOAT,
    OPERATOR,
    END
  }

  boolean is(Kind wanted) {
    return kind == wanted;
  }

  boolean isName(String name) {
    return kind == Kind.NAME && text.equals(name);
  }

  boolean isOperator(String operator) {
    return kind == Kind.OPERATOR && text.equals(operator);
  }

  /** How to call it in an error. */
  String described() {
    return switch (kind) {
      case DATA -> "text";
      case BLOCK_BEGIN -> "\"{%\"";
      case BLOCK_END -> "\"%}\"";
      case VARIABLE_BEGIN -> "\"{{\"";
      case VARIABLE_END -> "\"}}\"";
      case END -> "the end of the template";
      case STRING -> "a string";
      default -> "\"" + text + "\"";
    };
  }
}
