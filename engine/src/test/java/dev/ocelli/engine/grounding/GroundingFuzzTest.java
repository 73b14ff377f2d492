package dev.ocelli.engine.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/** No text makes the reader fail, and long ones of brackets and quotes are no slower. */
class GroundingFuzzTest {
  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    ":",
    ",",
    "\\",
    "\\u",
    "\\u00",
    " ",
    "\n",
    "1",
    "-",
    "1e9",
    "99999999999999999999",
    "NaN",
    "null",
    "true",
    "\"bbox_2d\"",
    "\"point_2d\"",
    "\"label\"",
    "\"image\"",
    "[1,2,3,4]",
    "[1,2]",
    "<|box_start|>",
    "(1,2)",
    ",",
    "<|box_end|>",
    "<|object_ref_start|>",
    "猫",
    "\ud83d",
    "x"
  };

  @Test
  void anyTextIsRead() {
    Random random = new Random(20261121);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int n = random.nextInt(40); n > 0; n--) {
        text.append(PIECES[random.nextInt(PIECES.length)]);
      }
      for (Region r : Grounding.of(text.toString()).regions()) {
        assertThat(r.start()).isBetween(0, r.end());
        assertThat(r.end()).isLessThanOrEqualTo(text.length());
        for (double number : r.shape().numbers()) {
          assertThat(number).isFinite();
        }
      }
    }
  }

  @Test
  void longOddTextsTakeNoLongerThanTheirLength() {
    for (String piece : PIECES) {
      assertThat(Grounding.of(piece.repeat(300_000)).regions()).isNotNull();
      assertThat(Grounding.of(("[" + piece).repeat(200_000)).regions()).isNotNull();
      assertThat(Grounding.of(("{\"" + piece).repeat(200_000)).regions()).isNotNull();
    }
  }
}
