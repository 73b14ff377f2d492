package dev.ocelli.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Text as it is made: whole characters, stop strings, control tokens. */
class TokenStreamContractTest {
  private final Tokenizer full = TextFixtures.full();

  private record Run(List<String> pieces, String text, TokenStream stream) {}

  private Run run(int[] ids, List<String> stops, boolean showSpecial) {
    TokenStream stream = full.stream(stops, showSpecial);
    List<String> pieces = new ArrayList<>();
    for (int id : ids) {
      pieces.add(stream.accept(id));
    }
    pieces.add(stream.flush());
    return new Run(pieces, String.join("", pieces), stream);
  }

  @Test
  void piecesOfRandomIdsJoinToTheirText() {
    Random random = new Random(21);
    for (int i = 0; i < 500; i++) {
      // Half of the ids are single bytes or control tokens, so that much is not UTF-8.
      int[] ids =
          random
              .ints(random.nextInt(40), 0, 4)
              .map(kind ->
                  switch (kind) {
                    case 0 -> random.nextInt(256);
                    case 1 -> 151643 + random.nextInt(293);
                    default -> random.nextInt(151643);
                  })
              .toArray();
      for (boolean showSpecial : new boolean[] {false, true}) {
        Run run = run(ids, List.of(), showSpecial);
        assertThat(run.text).isEqualTo(full.decode(ids, showSpecial));
        assertThat(run.stream.stoppedBy()).isNull();
        // A stop string that does not occur changes how, but not what is put out.
        Run stopping = run(ids, List.of("\u0001\u0002", "zzzzzz"), showSpecial);
        assertThat(stopping.text).isEqualTo(run.text);
      }
    }
  }

  @Test
  void halfACharacterIsHeldBack() {
    int[] ids = full.encodeText("\uD840\uDC0B"); // several tokens, none a whole character
    assertThat(ids.length).isGreaterThan(1);
    Run run = run(ids, List.of(), false);
    assertThat(run.pieces.subList(0, ids.length - 1)).containsOnly("");
    assertThat(run.pieces.get(ids.length - 1)).isEqualTo("\uD840\uDC0B");
  }

  @Test
  void flushShowsAnUnfinishedCharacterAsOneReplacement() {
    int[] ids = full.encodeText("a\uD840\uDC0B");
    Run run = run(java.util.Arrays.copyOf(ids, ids.length - 1), List.of(), false);
    assertThat(run.text).isEqualTo("a\uFFFD");
  }

  @Test
  void controlTokensAreShownOnlyOnRequest() {
    int[] ids = full.encode("a<|im_end|>b<think>c<|vision_start|>");
    assertThat(run(ids, List.of(), false).text).isEqualTo("ab<think>c");
    assertThat(run(ids, List.of(), true).text).isEqualTo("a<|im_end|>b<think>c<|vision_start|>");
  }

  @ParameterizedTest
  @CsvSource({
    "one two three, two, 'one ', two",
    "one two three, 'wo t|two th', 'one t', wo t",
    "aaaaab, aab, aaa, aab",
    "abcabd, abd, abc, abd",
    "abcdef, 'cd|abcdefg', ab, cd",
    "abcdef, 'bcd|cd|d', a, bcd",
    "abc, abcd, abc, ",
    "abc, abc, '', abc",
    "xyz, 'z|yz', x, yz",
  })
  void theStopStringThatEndsFirstCutsTheText(
      String text, String stops, String expected, @Nullable String by) {
    List<String> list = List.of(stops.split("\\|"));
    int[] letters = text.codePoints().map(c -> full.encodeText(Character.toString(c))[0]).toArray();
    for (int[] ids : List.of(letters, full.encodeText(text))) {
      Run run = run(ids, list, false);
      assertThat(run.text).isEqualTo(expected);
      assertThat(run.stream.stoppedBy()).isEqualTo(by);
      if (by != null) {
        assertThat(run.stream.accept(ids[0])).isEmpty();
        assertThat(run.stream.flush()).isEmpty();
      }
    }
  }

  @Test
  void onlyWhatMayBecomeAStopStringIsHeldBack() {
    TokenStream stream = full.stream(List.of("END"), false);
    assertThat(stream.accept(full.vocabulary().id("x"))).isEqualTo("x");
    assertThat(stream.accept(full.vocabulary().id("E"))).isEmpty();
    assertThat(stream.accept(full.vocabulary().id("N"))).isEmpty();
    assertThat(stream.accept(full.vocabulary().id("N"))).isEqualTo("ENN");
    assertThat(stream.accept(full.vocabulary().id("E"))).isEmpty();
    assertThat(stream.flush()).isEqualTo("E");
  }

  @Test
  void randomStopStringsAreFoundAsInTheWholeText() {
    Random random = new Random(22);
    for (int i = 0; i < 2000; i++) {
      String text = letters(random, random.nextInt(30));
      List<String> stops = new ArrayList<>();
      for (int n = random.nextInt(4); n > 0; n--) {
        stops.add(letters(random, 1 + random.nextInt(5)));
      }
      String expected = text;
      @Nullable String by = null;
      search:
      for (int end = 1; end <= text.length(); end++) {
        for (String stop : stops) {
          if (text.startsWith(stop, end - stop.length())
              && (by == null || stop.length() > by.length())) {
            by = stop;
          }
        }
        if (by != null) {
          expected = text.substring(0, end - by.length());
          break search;
        }
      }
      Run run = run(full.encodeText(text), stops, false);
      assertThat(run.text).as("%s %s", text, stops).isEqualTo(expected);
      assertThat(run.stream.stoppedBy()).isEqualTo(by);
    }
  }

  private static String letters(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append("ab\u00e9".charAt(random.nextInt(3)));
    }
    return text.toString();
  }

  @Test
  void anEmptyStopStringIsAFaultOfTheCaller() {
    assertThatIllegalArgumentException().isThrownBy(() -> full.stream(List.of(""), false));
  }

  // Expected texts by Python's bytes.decode("utf-8", "replace").
  @ParameterizedTest
  @CsvSource({
    "61 f1 80 80 e1 80 c2 62 80 63 80 bf 64, a???b?c??d",
    "c0 af e0 80 bf f0 81 82 41, ????????A",
    "ed a0 80 ed bf bf ed af 41, ????????A",
    "f4 91 92 93 ff 41 80 bf 42, ?????A??B",
    "e1 80 e2 f0 91 92 f1 bf 41, ????A",
    "f0 9f a6 99 f0 9f, +?",
    "e4 bd a0 e4 bd, \u4f60?",
    "f5 80 fe, ???",
  })
  void bytesThatAreNotUtf8BecomeReplacementsAsInPython(String hex, String expected) {
    StringBuilder out = new StringBuilder();
    Utf8Decoder decoder = new Utf8Decoder();
    for (String b : hex.split(" ")) {
      decoder.accept(new byte[] {(byte) Integer.parseInt(b, 16)}, out);
    }
    decoder.finish(out);
    assertThat(out.toString())
        .isEqualTo(expected.replace('?', '\uFFFD').replace("+", "\uD83E\uDD99"));
  }
}
