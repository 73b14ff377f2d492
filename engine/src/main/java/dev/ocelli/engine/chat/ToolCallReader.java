package dev.ocelli.engine.chat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads one call of a tool, from behind its opening mark, while it is made. In the form that models
 * are trained on, name first, arguments are passed on as they come; otherwise once the call is
 * complete.
 */
final class ToolCallReader {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private static final Pattern HEAD =
      Pattern.compile(
          "\\s*+\\{\\s*+\"name\"\\s*+:\\s*+(\"(?:[^\"\\\\]++|\\\\.)*+\")\\s*+,\\s*+\"arguments\"\\s*+:\\s*+(?=\\S)");

  private static final Pattern TAIL =
      Pattern.compile("\\s*+\\}\\s*+" + Pattern.quote(ReplyMarks.END_CALL));

  /** Beyond this a head is none: names are short. */
  private static final int LONGEST_HEAD = 1000;

  private enum State {
    HEAD,
    ARGUMENTS,
    TAIL,
    /** Not in the usual form: read as a whole. */
    WHOLE,
    COMPLETE,
    BROKEN
  }

  private final int index;
  private final StringBuilder text = new StringBuilder();
  private final Deque<Character> open = new ArrayDeque<>(); // closing brackets to come
  private State state = State.HEAD;
  private boolean announced;
  private int begin; // of the arguments
  private int scanned;
  private boolean inString;
  private boolean escaped;

  ToolCallReader(int index) {
    this.index = index;
  }

  /** Takes the next characters; what is now known is added to {@code out}. */
  void accept(CharSequence piece, List<ReplyPiece> out) {
    text.append(piece);
    while (step(out)) {}
  }

  /** The call is complete; {@link #text} is what came behind it. */
  boolean complete() {
    return state == State.COMPLETE;
  }

  /** It is no call; {@link #text} is all that came. */
  boolean broken() {
    return state == State.BROKEN;
  }

  /** Whether its beginning has been passed on as a call. */
  boolean announced() {
    return announced;
  }

  String text() {
    return state == State.COMPLETE ? text.substring(scanned) : text.toString();
  }

  /** The reply ends here: a call that lacks closing marks alone is complete, others are broken. */
  void finish(List<ReplyPiece> out) {
    if (state == State.TAIL) {
      complete(text.length(), out);
    } else if (state != State.COMPLETE) {
      String whole = text.toString();
      if (announced || !whole(whole, out)) {
        state = State.BROKEN;
      } else {
        scanned = text.length();
        state = State.COMPLETE;
      }
    }
  }

  private boolean step(List<ReplyPiece> out) {
    return switch (state) {
      case HEAD -> head(out);
      case ARGUMENTS -> arguments(out);
      case TAIL -> tail(out);
      case WHOLE -> atMark(out);
      case COMPLETE, BROKEN -> false;
    };
  }

  private boolean head(List<ReplyPiece> out) {
    Matcher m = HEAD.matcher(text);
    if (m.lookingAt()) {
      String name = string(m.group(1));
      if (name == null || text.charAt(m.end()) != '{') {
        state = State.WHOLE;
        return true;
      }
      out.add(new ReplyPiece.CallStart(index, name));
      announced = true;
      begin = m.end();
      scanned = begin;
      state = State.ARGUMENTS;
      return true;
    }
    if (m.hitEnd() && text.length() <= LONGEST_HEAD) {
      return false;
    }
    state = State.WHOLE;
    return true;
  }

  private static @Nullable String string(String json) {
    try {
      return JSON.readValue(json, String.class);
    } catch (JacksonException e) {
      return null;
    }
  }

  private boolean arguments(List<ReplyPiece> out) {
    int from = scanned;
    boolean fits = true;
    while (scanned < text.length() && fits && state == State.ARGUMENTS) {
      fits = scan(text.charAt(scanned));
      if (fits) {
        scanned++;
      }
    }
    if (!fits) {
      state = State.BROKEN;
      return false;
    }
    if (scanned > from) {
      out.add(new ReplyPiece.CallArguments(index, text.substring(from, scanned)));
    }
    if (state == State.TAIL && parsed(text.substring(begin, scanned)) == null) {
      state = State.BROKEN;
    }
    return state == State.TAIL;
  }

  /** Follows brackets and strings; false where a bracket closes what is not open. */
  private boolean scan(char c) {
    if (inString) {
      inString = escaped || c != '"';
      escaped = !escaped && c == '\\';
      return true;
    }
    switch (c) {
      case '"' -> inString = true;
      case '{' -> open.push('}');
      case '[' -> open.push(']');
      case '}', ']' -> {
        if (open.isEmpty() || open.pop() != c) {
          return false;
        }
        if (open.isEmpty()) {
          state = State.TAIL;
        }
      }
      default -> {}
    }
    return true;
  }

  private boolean tail(List<ReplyPiece> out) {
    Matcher m = TAIL.matcher(text).region(scanned, text.length());
    if (m.lookingAt()) {
      complete(m.end(), out);
    } else if (!m.hitEnd()) {
      state = State.BROKEN;
    }
    return false;
  }

  private void complete(int end, List<ReplyPiece> out) {
    scanned = end;
    state = State.COMPLETE;
    out.add(new ReplyPiece.CallEnd(index));
  }

  private boolean atMark(List<ReplyPiece> out) {
    int mark = text.indexOf(ReplyMarks.END_CALL, scanned);
    if (mark < 0) {
      scanned = Math.max(0, text.length() - ReplyMarks.END_CALL.length());
    } else {
      scanned = mark + ReplyMarks.END_CALL.length();
      state = whole(text.substring(0, mark), out) ? State.COMPLETE : State.BROKEN;
    }
    return false;
  }

  /** Reads a call in any form: members in another order, arguments as a string or missing. */
  private boolean whole(String json, List<ReplyPiece> out) {
    JsonNode call = parsed(json);
    if (call == null || !call.path("name").isString()) {
      return false;
    }
    JsonNode given = call.path("arguments");
    JsonNode arguments = given.isString() ? parsed(given.stringValue()) : given;
    if (arguments == null || !arguments.isObject() && !arguments.isMissingNode()) {
      return false;
    }
    out.add(new ReplyPiece.CallStart(index, call.path("name").stringValue()));
    String written = arguments.isMissingNode() ? "{}" : arguments.toString();
    out.add(new ReplyPiece.CallArguments(index, written));
    out.add(new ReplyPiece.CallEnd(index));
    announced = true;
    return true;
  }

  /** An object of JSON, or null. */
  private static @Nullable JsonNode parsed(String json) {
    try {
      JsonNode node = JSON.readTree(json);
      return node.isObject() ? node : null;
    } catch (JacksonException e) {
      return null;
    }
  }
}
