package dev.ocelli.engine.grounding;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds boxes and points in the text of a reply.
 *
 * <p>Qwen3-VL answers with objects such as {@code {"bbox_2d": [x1, y1, x2, y2], "label": "cup"}} or
 * {@code {"point_2d": [x, y], "label": "cup"}}, alone, in lists, within other objects, in fences,
 * and with words around them. Qwen2-VL wrote {@code <|box_start|>(x1,y1),(x2,y2)<|box_end|>}. Both
 * are read. Where a bracket turns out to be prose, reading goes on behind it; every text takes time
 * in proportion to its length.
 */
final class GroundingReader {
  /** Deeper brackets are no answer of a model. */
  private static final int DEEPEST = 64;

  /** No coordinate has more characters. */
  private static final int LONGEST_NUMBER = 24;

  private static final Pattern NUMBER =
      Pattern.compile("-?\\d{1,12}(?:\\.\\d{1,12})?(?:[eE][+-]?\\d{1,2})?");

  private static final Pattern TAGS =
      Pattern.compile(
          "(?:<\\|object_ref_start\\|>([^<]{0,200})<\\|object_ref_end\\|>)?"
              + "<\\|box_start\\|>\\((\\d{1,4}),(\\d{1,4})\\),\\((\\d{1,4}),(\\d{1,4})\\)<\\|box_end\\|>");

  private final String text;
  private final List<Region> found = new ArrayList<>();
  private final Deque<Frame> open = new ArrayDeque<>();
  private int at;

  /** Where the text began that was the last thing read; -1 when that was something else. */
  private int quoted = -1;

  GroundingReader(String text) {
    this.text = text;
  }

  /** An object or a list whose end has not come. */
  private static final class Frame {
    final boolean object;
    final int start;

    /** Of an object: the name of the value that comes next, and what is known of its values. */
    @Nullable String key;

    final List<Shape> shapes = new ArrayList<>();
    String label = "";
    int picture;

    /** Of a list: its numbers, and the lists of numbers in it. */
    final List<Double> numbers = new ArrayList<>();

    final List<List<Double>> lists = new ArrayList<>();

    /** What may come next. */
    Expect expect;

    Frame(boolean object, int start) {
      this.object = object;
      this.start = start;
      this.expect = Expect.FIRST;
    }
  }

  /** What may come next in a frame. */
  private enum Expect {
    /** The first entry, or the end. */
    FIRST,
    /** A further entry. */
    ENTRY,
    COLON,
    VALUE,
    /** A comma, or the end. */
    COMMA
  }

  Grounding read() {
    while (at < text.length()) {
      step();
    }
    boolean cut = !open.isEmpty();
    tags();
    found.sort(Comparator.comparingInt(Region::start));
    return new Grounding(found, cut);
  }

  private void step() {
    char c = text.charAt(at);
    Frame frame = open.peek();
    if (c == '{' || c == '[') {
      begin(c == '{', frame);
    } else if (frame == null || Character.isWhitespace(c)) {
      at++;
    } else if (c == '}' || c == ']') {
      end(c == '}', frame);
    } else if (c == '"' || c == '\'') {
      string(c, frame);
    } else if (c == ',' && frame.expect == Expect.COMMA) {
      frame.expect = Expect.ENTRY;
      quoted = -1;
      at++;
    } else if (c == ':' && frame.expect == Expect.COLON) {
      frame.expect = Expect.VALUE;
      quoted = -1;
      at++;
    } else {
      word(frame);
    }
  }

  /**
   * What was taken for JSON is prose. When a text had just been read, its quotation mark was prose,
   * too, and what it seemed to quote is looked at again.
   */
  private void prose(int from) {
    open.clear();
    at = quoted >= 0 ? quoted + 1 : from;
    quoted = -1;
  }

  private static boolean takesValue(Frame f) {
    return f.object
        ? f.expect == Expect.VALUE
        : f.expect == Expect.FIRST || f.expect == Expect.ENTRY;
  }

  private void begin(boolean object, @Nullable Frame frame) {
    if (frame != null && !takesValue(frame) || open.size() == DEEPEST) {
      open.clear();
    }
    open.push(new Frame(object, at));
    quoted = -1;
    at++;
  }

  private void end(boolean object, Frame frame) {
    boolean mayEnd = frame.expect == Expect.COMMA || frame.expect == Expect.FIRST;
    if (frame.object != object || !mayEnd) {
      prose(at + 1);
      return;
    }
    at++;
    quoted = -1;
    open.pop();
    Frame outer = open.peek();
    if (object) {
      for (Shape s : frame.shapes) {
        found.add(new Region(frame.label, s, frame.picture, frame.start, at));
      }
    } else if (outer != null) {
      list(frame, outer);
    }
    if (outer != null) {
      outer.expect = Expect.COMMA;
    }
  }

  /** Takes up a list that has ended. */
  private static void list(Frame list, Frame outer) {
    if (!outer.object) {
      outer.lists.add(list.numbers);
      return;
    }
    int wanted =
        switch (String.valueOf(outer.key)) {
          case "bbox_2d" -> 4;
          case "point_2d" -> 2;
          default -> 0;
        };
    if (wanted == 0) {
      return;
    }
    List<List<Double>> all = list.lists.isEmpty() ? List.of(list.numbers) : list.lists;
    for (List<Double> n : all) {
      if (n.size() == wanted) {
        outer.shapes.add(
            wanted == 4
                ? Shape.Box.of(n.get(0), n.get(1), n.get(2), n.get(3))
                : new Shape.Point(n.get(0), n.get(1)));
      }
    }
  }

  private void string(char quote, Frame frame) {
    int start = at;
    StringBuilder value = new StringBuilder();
    int i = at + 1;
    for (; i < text.length() && text.charAt(i) != quote; i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        i = escape(i + 1, value);
      } else {
        value.append(c);
      }
    }
    if (i >= text.length()) {
      at = text.length();
      return;
    }
    at = i + 1;
    quoted = start;
    if (frame.object && (frame.expect == Expect.FIRST || frame.expect == Expect.ENTRY)) {
      frame.key = value.toString();
      frame.expect = Expect.COLON;
    } else if (takesValue(frame)) {
      if (frame.object && ("label".equals(frame.key) || "text_content".equals(frame.key))) {
        frame.label = value.toString();
      }
      frame.expect = Expect.COMMA;
    } else {
      prose(start + 1);
    }
  }

  /** Adds what an escape stands for and returns the index of its last character. */
  private int escape(int i, StringBuilder value) {
    char c = text.charAt(i);
    if (c == 'u' && i + 4 < text.length()) {
      try {
        value.append((char) Integer.parseUnsignedInt(text, i + 1, i + 5, 16));
        return i + 4;
      } catch (NumberFormatException e) {
        // Four characters that are no number: the letter stands for itself.
      }
    }
    value.append(
        switch (c) {
          case 'n' -> '\n';
          case 't' -> '\t';
          case 'r', 'b', 'f' -> ' ';
          default -> c;
        });
    return i;
  }

  /** A number, or true, false, null. */
  private void word(Frame frame) {
    int end = at;
    while (end < text.length() && end - at <= LONGEST_NUMBER && inWord(text.charAt(end))) {
      end++;
    }
    String word = text.substring(at, end);
    boolean number = NUMBER.matcher(word).matches();
    boolean constant = word.equals("true") || word.equals("false") || word.equals("null");
    if (end == text.length() && end > at && takesValue(frame)) {
      // It may go on; nothing can be said of it.
      at = end;
      return;
    }
    if (!takesValue(frame) || !number && !constant) {
      prose(Math.max(end, at + 1));
      return;
    }
    if (number) {
      double value = Double.parseDouble(word);
      if (!frame.object) {
        frame.numbers.add(value);
      } else if ("image".equals(frame.key) && value >= 1 && value <= 1e6) {
        frame.picture = (int) value;
      }
    }
    frame.expect = Expect.COMMA;
    quoted = -1;
    at = end;
  }

  private static boolean inWord(char c) {
    return c >= '0' && c <= '9'
        || c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c == '.'
        || c == '-'
        || c == '+';
  }

  private void tags() {
    if (!text.contains("<|box_start|>")) {
      return;
    }
    Matcher m = TAGS.matcher(text);
    while (m.find()) {
      String label = m.group(1);
      Shape box =
          Shape.Box.of(
              Integer.parseInt(m.group(2)),
              Integer.parseInt(m.group(3)),
              Integer.parseInt(m.group(4)),
              Integer.parseInt(m.group(5)));
      found.add(new Region(label == null ? "" : label.strip(), box, 0, m.start(), m.end()));
    }
  }
}
