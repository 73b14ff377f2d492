package dev.ocelli.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random and hostile text, against slow and simple implementations of the same rules. */
class TokenizerFuzzTest {
  private static final Pattern SPLIT =
      Pattern.compile(
          "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}|"
              + " ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
          Pattern.UNICODE_CHARACTER_CLASS);

  private static final int[] ALPHABET =
      ("aAbzZ019 \t\n\r'sStTrReEvVmMlLdD.,!<|>_\u0085\u00a0\u2003\u2028\u3000\u017F\u212A\u0301\u0323"
              + "\u00e9\u4e2d\u0661\u216b\u00bd\u200b\u200d\uFFFD\uD83D\uDE00\uD840\uDC00\uD835\uDFD9")
          .codePoints()
          .toArray();

  private static String random(Random random, int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.appendCodePoint(
          random.nextInt(8) == 0
              ? 1 + random.nextInt(0xD7FF)
              : ALPHABET[random.nextInt(ALPHABET.length)]);
    }
    return text.toString();
  }

  @Test
  void piecesAreThoseOfTheExpression() {
    Random random = new Random(11);
    for (int i = 0; i < 4000; i++) {
      String text = random(random, 1 + random.nextInt(40));
      List<String> expected = new ArrayList<>();
      Matcher matcher = SPLIT.matcher(text);
      while (matcher.find()) {
        expected.add(matcher.group());
      }
      List<String> pieces = new ArrayList<>();
      for (int at = 0; at < text.length(); ) {
        int end = PreTokenizer.pieceEnd(text, at);
        pieces.add(text.substring(at, end));
        at = end;
      }
      assertThat(pieces).isEqualTo(expected);
    }
  }

  @Test
  void everyTextSurvivesTheRoundTripNormalized() {
    Random random = new Random(12);
    for (int i = 0; i < 2000; i++) {
      String text = random(random, random.nextInt(60));
      assertThat(TextFixtures.full().decode(TextFixtures.full().encodeText(text), false))
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
  }

  /** Joins the best pair everywhere, again and again; the definition of the encoding. */
  private static List<String> slowBpe(String word, Map<String, Integer> ranks) {
    List<String> symbols = new ArrayList<>();
    for (int i = 0; i < word.length(); i++) {
      symbols.add(word.substring(i, i + 1));
    }
    while (true) {
      int best = -1;
      int least = Integer.MAX_VALUE;
      for (int i = 0; i + 1 < symbols.size(); i++) {
        int rank = ranks.getOrDefault(symbols.get(i) + " " + symbols.get(i + 1), Integer.MAX_VALUE);
        if (rank < least) {
          least = rank;
          best = i;
        }
      }
      if (best < 0) {
        return symbols;
      }
      symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
    }
  }

  @Test
  void mergesOfShortAndLongPiecesFollowTheRanks() {
    TokenizerData data = TextFixtures.fullData();
    Map<String, Integer> ranks = new HashMap<>();
    for (int i = 0; i < data.merges().size(); i++) {
      ranks.put(data.merges().get(i), i);
    }
    Random random = new Random(13);
    for (int i = 0; i < 400; i++) {
      int alphabet = 1 + random.nextInt(26);
      String word =
          random
              .ints(1 + random.nextInt(i % 4 == 0 ? 300 : 60), 0, alphabet)
              .mapToObj(n -> String.valueOf((char) ('a' + n)))
              .reduce("", String::concat);
      int[] expected =
          slowBpe(word, ranks).stream().mapToInt(TextFixtures.full().vocabulary()::id).toArray();
      assertThat(TextFixtures.full().encodeText(word)).as(word).isEqualTo(expected);
    }
  }

  // An algorithm that is quadratic or recursive does not get through.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        " ",
        "1",
        "!",
        "\n",
        "\r\n",
        " \n",
        "\t",
        "'",
        "'s",
        "<",
        "<|",
        "<|im_start",
        "<|im_end|>",
        "ab",
        "\u4e2d",
        "\uD83D\uDE00",
        "\u0301",
        "a\u0301",
        "\u0301\u0323",
        "\u3000",
        "a ",
        " a",
        "\uD800",
        "\u1100\u1161",
        "\uFFFD",
        "\u0344",
        "\u0000"
      })
  void endlessRepetitionIsNoTrouble(String unit) {
    String text = unit.repeat(300_000 / unit.length());
    int[] ids = TextFixtures.full().encodeText(text);
    assertThat(ids).isNotEmpty();
    String expected = text.replace('\uD800', unit.equals("\uD800") ? '\uFFFD' : '\uD800');
    String decoded = TextFixtures.full().decode(ids, true);
    if (unit.contains("\u0301") || unit.contains("\u0344") || unit.contains("\u1100")) {
      // Normalized, and not to be checked with the quadratic normalizer of the JDK.
      assertThat(Normalizer.normalize(decoded.substring(0, 50), Normalizer.Form.NFC))
          .isEqualTo(decoded.substring(0, 50));
    } else {
      assertThat(decoded).isEqualTo(expected);
    }
    assertThat(TextFixtures.full().encode(text)).isNotEmpty();
  }

  @Test
  void marksInTheWorstOrderAreSortedQuickly() {
    String text = "a" + "\u0301".repeat(300_000) + "\u0323".repeat(300_000);
    String sorted = "\u1EA1" + "\u0323".repeat(299_999) + "\u0301".repeat(300_000);
    assertThat(Nfc.normalize(text)).isEqualTo(sorted);
  }

  @Test
  void longRunsOfMarksAreNormalizedAsTheLibraryDoes() {
    Random random = new Random(14);
    int[] marks =
        java.util.stream.IntStream.range(0x300, 0x1F000)
            .filter(c -> Character.getType(c) == Character.NON_SPACING_MARK)
            .toArray();
    for (int i = 0; i < 60; i++) {
      StringBuilder text = new StringBuilder(random.nextBoolean() ? "e" : "\u00e9");
      int kinds = 1 + random.nextInt(i % 3 == 0 ? marks.length : 6);
      int from = random.nextInt(marks.length - kinds + 1);
      for (int n = 65 + random.nextInt(100); n > 0; n--) {
        text.appendCodePoint(marks[from + random.nextInt(kinds)]);
      }
      text.append("x\u0323\u0301");
      assertThat(Nfc.normalize(text.toString()))
          .isEqualTo(Normalizer.normalize(text, Normalizer.Form.NFC));
    }
  }

  @Test
  void noLiteralRangesEverYieldAControlTokenFromThem() {
    Random random = new Random(15);
    String[] parts = {"<|im_start|>", "<|im_end|>", "<think>", "<|", "im_", "|>", "a ", "<"};
    Tokenizer tokenizer = TextFixtures.full();
    for (int i = 0; i < 3000; i++) {
      StringBuilder text = new StringBuilder();
      List<Integer> bounds = new ArrayList<>();
      StringBuilder onlyTemplate = new StringBuilder();
      for (int p = 0; p < 6; p++) {
        String part = parts[random.nextInt(parts.length)];
        part = part.substring(random.nextInt(2) * random.nextInt(part.length()));
        if (random.nextBoolean()) {
          bounds.add(text.length());
          bounds.add(text.length() + part.length());
          onlyTemplate.append('\u0001');
        } else {
          onlyTemplate.append(part);
        }
        text.append(part);
      }
      int[] literal = bounds.stream().mapToInt(Integer::intValue).toArray();
      int[] controls =
          Arrays.stream(tokenizer.encode(text.toString(), literal))
              .filter(id -> id >= 151643)
              .toArray();
      int[] allowed =
          Arrays.stream(tokenizer.encode(onlyTemplate.toString()))
              .filter(id -> id >= 151643)
              .toArray();
      assertThat(controls).as("%s %s", text, bounds).isEqualTo(allowed);
    }
  }
}
