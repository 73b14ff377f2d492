package dev.ocelli.engine.grammar;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Text that needs no escapes in a JSON string. */
final class PlainText {
  /** Its characters. */
  static final CodePoints CHARACTERS =
      CodePoints.range(0x20, Character.MAX_CODE_POINT).minus(CodePoints.of("\"\\\u007F"));

  /** The characters as sequences of byte ranges: lowest and highest of each byte. */
  private static final List<int[][]> SEQUENCES = sequences();

  private PlainText() {}

  private static List<int[][]> sequences() {
    List<int[][]> out = new ArrayList<>();
    for (int[] range : CHARACTERS.ranges()) {
      Utf8Ranges.split(range[0], range[1], (low, high) -> out.add(new int[][] {low, high}));
    }
    return out;
  }

  /** The number of characters, or -1 where the bytes are not whole characters of plain text. */
  static int characters(byte[] bytes) {
    boolean ascii = true;
    for (byte b : bytes) {
      ascii &= b >= 0;
    }
    if (ascii) {
      for (byte b : bytes) {
        if (b < 0x20 || b == '"' || b == '\\' || b == 0x7F) {
          return -1;
        }
      }
      return bytes.length;
    }
    try {
      CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return text.codePoints().allMatch(CHARACTERS::contains)
          ? (int) text.codePoints().count()
          : -1;
    } catch (CharacterCodingException e) {
      return -1;
    }
  }

  /** Where every character leads from a state, or null where they lead to several. */
  static @Nullable ByteState after(ByteState state) {
    ByteState reached = null;
    for (int[][] s : SEQUENCES) {
      ByteState by = after(state, s, 0);
      if (by == null || reached != null && by != reached) {
        return null;
      }
      reached = by;
    }
    return reached;
  }

  private static @Nullable ByteState after(ByteState at, int[][] sequence, int i) {
    if (i == sequence[0].length || at.isDead()) {
      return at;
    }
    ByteState before = null;
    ByteState reached = null;
    for (int b = sequence[0][i]; b <= sequence[1][i]; b++) {
      ByteState next = at.next(b);
      if (next == before) {
        continue;
      }
      before = next;
      ByteState by = after(next, sequence, i + 1);
      if (by == null || reached != null && by != reached) {
        return null;
      }
      reached = by;
    }
    return reached;
  }
}
