package dev.ocelli.engine.chat.jinja;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/**
 * Splits a template into tokens, with the whitespace rules of Hugging Face's chat templates: {@code
 * trim_blocks} and {@code lstrip_blocks} are on, one newline at the end of the template is dropped.
 */
final class Lexer {
  private static final Set<String> TWO = Set.of("//", "**", "==", "!=", ">=", "<=");
  private static final String ONE = "+-/*%~[](){}><=.:|,";

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int at;
  private int line = 1;
  // Whether the text before the next tag begins at the beginning of a line.
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  static List<Token> tokens(String template) {
    String source = template.replace("\r\n", "\n").replace('\r', '\n');
    if (source.endsWith("\n")) {
      source = source.substring(0, source.length() - 1);
    }
    return new Lexer(source).run();
  }

  private List<Token> run() {
    while (at < source.length()) {
      int tag = nextTag(at);
      if (tag < 0) {
        data(at, source.length());
        move(source.length());
        break;
      }
      char kind = source.charAt(tag + 1);
      int inner = tag + 2;
      char sign = inner < source.length() ? source.charAt(inner) : 0;
      inner += sign == '-' || sign == '+' ? 1 : 0;
      data(at, endOfData(tag, sign, kind));
      move(inner);
      switch (kind) {
        case '#' -> comment();
        case '{' -> tag(Token.Kind.VARIABLE_BEGIN, Token.Kind.VARIABLE_END);
        default -> {
          if (!raw()) {
            tag(Token.Kind.BLOCK_BEGIN, Token.Kind.BLOCK_END);
          }
        }
      }
    }
    add(Token.Kind.END, "");
    return tokens;
  }

  private int nextTag(int from) {
    for (int i = source.indexOf('{', from); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "%{#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return -1;
  }

  /** Where the text before a tag ends once white space is stripped as the tag asks. */
  private int endOfData(int tag, char sign, char kind) {
    int end = tag;
    if (sign == '-') {
      while (end > at && Strings.isSpace(source.charAt(end - 1))) {
        end--;
      }
    } else if (sign != '+' && kind != '{') {
      int start = tag;
      while (start > at && source.charAt(start - 1) != '\n') {
        if (!Strings.isSpace(source.charAt(start - 1))) {
          return tag;
        }
        start--;
      }
      end = start > at || lineStarting ? start : tag;
    }
    return end;
  }

  private void data(int start, int end) {
    if (end > start) {
      add(Token.Kind.DATA, source.substring(start, end));
    }
  }

  private void add(Token.Kind kind, String text) {
    tokens.add(new Token(kind, text, 0, line));
  }

  private void move(int to) {
    for (int i = at; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    at = to;
  }

  private int afterSpaces(int from) {
    int i = from;
    while (i < source.length() && Strings.isSpace(source.charAt(i))) {
      i++;
    }
    return i;
  }

  // Moves behind the end mark at `end`, whose sign decides what happens to the space after it.
  private void close(int end, char sign) {
    int to = end;
    if (sign == '-') {
      to = afterSpaces(end);
    } else if (sign != '+' && end < source.length() && source.charAt(end) == '\n') {
      to = end + 1;
    }
    lineStarting = source.charAt(to - 1) == '\n';
    move(to);
  }

  private void comment() {
    int end = source.indexOf("#}", at);
    if (end < 0) {
      throw Fault.at(line, "the comment that begins here has no end");
    }
    close(end + 2, end > at ? source.charAt(end - 1) : 0);
  }

  private boolean raw() {
    int i = afterSpaces(at);
    if (!source.startsWith("raw", i)) {
      return false;
    }
    i = afterSpaces(i + 3);
    boolean strip = source.startsWith("-%}", i);
    if (!strip && !source.startsWith("%}", i)) {
      return false;
    }
    int begun = line;
    int body = strip ? afterSpaces(i + 3) : i + 2;
    lineStarting = source.charAt(body - 1) == '\n';
    move(body);
    for (int tag = source.indexOf("{%", at); tag >= 0; tag = source.indexOf("{%", tag + 1)) {
      int inner = tag + 2;
      char sign = inner < source.length() ? source.charAt(inner) : 0;
      inner = afterSpaces(inner + (sign == '-' || sign == '+' ? 1 : 0));
      if (!source.startsWith("endraw", inner)) {
        continue;
      }
      inner = afterSpaces(inner + 6);
      char endSign = inner < source.length() ? source.charAt(inner) : 0;
      int mark = endSign == '-' || endSign == '+' ? inner + 1 : inner;
      if (source.startsWith("%}", mark)) {
        data(at, endOfData(tag, sign, '%'));
        move(tag);
        close(mark + 2, endSign);
        return true;
      }
    }
    throw Fault.at(begun, "the \"raw\" block that begins here has no end");
  }

  private void tag(Token.Kind begin, Token.Kind end) {
    add(begin, "");
    boolean block = begin == Token.Kind.BLOCK_BEGIN;
    String mark = block ? "%}" : "}}";
    int begun = line;
    Deque<Character> open = new ArrayDeque<>();
    while (true) {
      move(afterSpaces(at));
      if (at >= source.length()) {
        throw Fault.at(begun, "the tag that begins here has no end");
      }
      if (open.isEmpty()) {
        char sign = source.charAt(at);
        boolean signed = sign == '-' || (sign == '+' && block);
        int to = signed ? at + 1 : at;
        if (source.startsWith(mark, to)) {
          add(end, "");
          // A newline is trimmed after blocks only.
          close(to + 2, signed ? sign : block ? 0 : '+');
          return;
        }
      }
      char c = source.charAt(at);
      if (c >= '0' && c <= '9') {
        number();
      } else if (c == '_' || Character.isLetter(source.codePointAt(at))) {
        name();
      } else if (c == '\'' || c == '"') {
        string(c);
      } else {
        operator(open);
      }
    }
  }

  private void name() {
    int i = at;
    while (i < source.length()) {
      int c = source.codePointAt(i);
      if (c != '_' && !Character.isLetterOrDigit(c)) {
        break;
      }
      i += Character.charCount(c);
    }
    add(Token.Kind.NAME, source.substring(at, i));
    move(i);
  }

  private int digits(int from) {
    int i = from;
    while (i < source.length()
        && (Strings.isDigit(source.charAt(i))
            || (source.charAt(i) == '_'
                && i > from
                && i + 1 < source.length()
                && Strings.isDigit(source.charAt(i + 1))))) {
      i++;
    }
    return i;
  }

  private void number() {
    char second = at + 1 < source.length() ? source.charAt(at + 1) : 0;
    if (source.charAt(at) == '0' && Character.isLetter(second) && second != 'e' && second != 'E') {
      throw Fault.at(line, "numbers in another base are not supported");
    }
    int i = digits(at);
    boolean real = false;
    boolean afterDot = at > 0 && source.charAt(at - 1) == '.';
    if (!afterDot && i < source.length() && source.charAt(i) == '.' && digits(i + 1) > i + 1) {
      i = digits(i + 1);
      real = true;
    }
    if (!afterDot && i < source.length() && (source.charAt(i) == 'e' || source.charAt(i) == 'E')) {
      int sign = i + 1 < source.length() && "+-".indexOf(source.charAt(i + 1)) >= 0 ? 1 : 0;
      if (digits(i + 1 + sign) > i + 1 + sign) {
        i = digits(i + 1 + sign);
        real = true;
      }
    }
    String text = source.substring(at, i);
    String plain = text.replace("_", "");
    if (!real && plain.length() > 1 && plain.startsWith("0") && !plain.matches("0+")) {
      throw Fault.at(line, "the number " + text + " has a leading zero");
    }
    try {
      Number value = real ? (Number) Double.valueOf(plain) : (Number) Long.valueOf(plain);
      tokens.add(new Token(real ? Token.Kind.FLOAT : Token.Kind.INTEGER, text, value, line));
    } catch (NumberFormatException e) {
      throw Fault.at(line, "the number " + text + " is too large").within(line);
    }
    move(i);
  }

  private void operator(Deque<Character> open) {
    String two = source.substring(at, Math.min(at + 2, source.length()));
    String text = TWO.contains(two) ? two : two.substring(0, 1);
    char c = text.charAt(0);
    if (text.length() == 1 && ONE.indexOf(c) < 0) {
      throw Fault.at(line, "unexpected character \"" + c + "\"");
    }
    switch (c) {
      case '(' -> open.push(')');
      case '[' -> open.push(']');
      case '{' -> open.push('}');
      case ')', ']', '}' -> {
        if (open.isEmpty() || open.pop() != c) {
          throw Fault.at(line, "unexpected \"" + c + "\"");
        }
      }
      default -> {}
    }
    add(Token.Kind.OPERATOR, text);
    move(at + text.length());
  }

  private void string(char quote) {
    StringBuilder out = new StringBuilder();
    int begun = line;
    int i = at + 1;
    while (i < source.length() && source.charAt(i) != quote) {
      char c = source.charAt(i++);
      if (c != '\\') {
        out.append(c);
      } else if (i < source.length()) {
        i = escape(i, out);
      }
    }
    if (i >= source.length()) {
      throw Fault.at(begun, "the string that begins here has no end");
    }
    add(Token.Kind.STRING, out.toString());
    move(i + 1);
  }

  /** Appends what the escape whose letter is at {@code i} stands for; returns where it ends. */
  private int escape(int i, StringBuilder out) {
    char c = source.charAt(i);
    switch (c) {
      case '\n' -> {}
      case '\\', '\'', '"' -> out.append(c);
      case 'a' -> out.append('\u0007');
      case 'b' -> out.append('\b');
      case 'f' -> out.append('\f');
      case 'n' -> out.append('\n');
      case 'r' -> out.append('\r');
      case 't' -> out.append('\t');
      case 'v' -> out.append('\u000b');
      case 'x' -> {
        return hex(i + 1, 2, out);
      }
      case 'u' -> {
        return hex(i + 1, 4, out);
      }
      case 'U' -> {
        return hex(i + 1, 8, out);
      }
      default -> {
        if (c == 'N' || c > 0x7e) {
          throw Fault.at(line, "the escape \"\\" + c + "\" is not supported");
        }
        if (c >= '0' && c <= '7') {
          int end = i;
          while (end < source.length()
              && end < i + 3
              && source.charAt(end) - '0' < 8
              && source.charAt(end) >= '0') {
            end++;
          }
          out.append((char) Integer.parseInt(source.substring(i, end), 8));
          return end;
        }
        // Python keeps the backslash of an escape it does not know.
        out.append('\\').append(c);
      }
    }
    return i + 1;
  }

  private int hex(int start, int length, StringBuilder out) {
    int end = start + length;
    int value = 0;
    for (int i = start; i < end; i++) {
      int digit = i < source.length() ? Character.digit(source.charAt(i), 16) : -1;
      if (digit < 0 || value > 0x10FFFF) {
        throw Fault.at(line, "a string has a damaged \"\\x\" or \"\\u\" escape");
      }
      value = value * 16 + digit;
    }
    if (value > 0x10FFFF) {
      throw Fault.at(line, "a string has an escape beyond U+10FFFF");
    }
    out.appendCodePoint(value);
    return end;
  }
}
