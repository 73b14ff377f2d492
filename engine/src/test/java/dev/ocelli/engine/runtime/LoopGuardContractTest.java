package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Loops are noticed, tables and lists are not taken for loops. Here every character is a token. */
class LoopGuardContractTest {

  /** Tokens until the guard speaks up, or -1; {@code kept} receives what it keeps. */
  private static int noticed(String text, int[] kept) {
    LoopGuard guard = new LoopGuard();
    for (int i = 0; i < text.length(); i++) {
      if (guard.accept(text.charAt(i), text.substring(i, i + 1))) {
        kept[0] = guard.keep();
        return i + 1;
      }
    }
    return -1;
  }

  private static String words(Random random, int length) {
    StringBuilder s = new StringBuilder();
    while (s.length() < length) {
      s.append((char) ('a' + random.nextInt(26)));
      if (random.nextInt(6) == 0) {
        s.append(' ');
      }
    }
    return s.toString();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 60, 127, 128, 200, 500, 1024})
  void periodsAreNoticed(int period) {
    String before = words(new Random(period), 300);
    String passage = words(new Random(period + 1), period).substring(0, period);
    int[] kept = new int[1];
    int at = noticed(before + passage.repeat(5000 / period + 4), kept);
    int repeated = Math.max(LoopGuard.REPEATED, 3 * period);
    assertThat(at).isBetween(300 + repeated, 300 + repeated + before.length() - 300 + 2);
    assertThat(kept[0]).isBetween(before.length() + period - 2, before.length() + period);
  }

  @Test
  void phrasesThatTakeTurnsAreNoticed() {
    Random random = new Random(1);
    List<String> phrases = List.of("and so on ", "again, ");
    StringBuilder s = new StringBuilder(words(random, 200));
    while (s.length() < 4000) {
      s.append(phrases.get(random.nextInt(10) == 0 ? 1 : 0));
    }
    assertThat(noticed(s.toString(), new int[1])).isBetween(1, 4000);
  }

  @Test
  void equalLinesAreNoticed() {
    Random random = new Random(2);
    StringBuilder s = new StringBuilder("First line.\n");
    int firstEnd = 0;
    for (int i = 0; i < 60; i++) {
      // Space that changes hides the period.
      s.append(" ".repeat(random.nextInt(9)))
          .append("This is a line of more than forty letters.\n");
      s.append("\n".repeat(random.nextInt(3)));
      firstEnd = i == 0 ? s.indexOf("letters.\n") + 9 : firstEnd;
    }
    int[] kept = new int[1];
    assertThat(noticed(s.toString(), kept)).isPositive();
    assertThat(kept[0]).isEqualTo(firstEnd);
  }

  /** Tables as they are read from pages: one cell changes, others are equal or empty. */
  @Test
  void tablesAreLeftAlone() {
    Random random = new Random(3);
    for (int table = 0; table < 200; table++) {
      int columns = 2 + random.nextInt(8);
      int changing = random.nextInt(columns);
      String[] cells = new String[columns];
      for (int c = 0; c < columns; c++) {
        cells[c] = random.nextInt(3) == 0 ? "" : words(random, 1 + random.nextInt(12)).strip();
      }
      StringBuilder s = new StringBuilder("|" + "-----|".repeat(columns) + "\n");
      for (int row = 0; row < 60; row++) {
        for (int c = 0; c < columns; c++) {
          String cell =
              c == changing ? String.valueOf(table % 2 == 0 ? row : random.nextInt(100)) : cells[c];
          s.append("| ").append(cell).append(' ');
        }
        s.append("|\n");
      }
      assertThat(noticed(s.toString(), new int[1])).as(s.toString()).isEqualTo(-1);
    }
  }

  @Test
  void usualTextIsLeftAlone() {
    int[] kept = new int[1];
    assertThat(noticed("=".repeat(120) + "\n" + "- item\n".repeat(20) + ".".repeat(200), kept))
        .isEqualTo(-1);
    assertThat(noticed("[" + "0, ".repeat(100) + "0]", kept)).isEqualTo(-1);
    StringBuilder list = new StringBuilder();
    for (int i = 1; i < 300; i++) {
      list.append(i).append(". The same words again.\n");
    }
    assertThat(noticed(list.toString(), kept)).isEqualTo(-1);
    assertThat(noticed(words(new Random(5), 20000), kept)).isEqualTo(-1);
  }
}
