package dev.ocelli.engine.grammar;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Follows grammars with a small vocabulary: every byte, and longer tokens of text and JSON. */
final class Replies {
  static final int STOP = 256;

  private static final List<String> LONGER =
      List.of(
          "{\"",
          "\":",
          "\": ",
          "\",",
          "\"}",
          "\"]",
          "[]",
          "{}",
          ", ",
          ",\n",
          "  ",
          "    ",
          "\n  ",
          "true",
          "false",
          "null",
          "name",
          "a\"",
          "the ",
          " and",
          "hello",
          "0.",
          "12",
          "100",
          "-1",
          "e+",
          "\\n",
          "\\\"",
          "\\u00",
          "é",
          "日本",
          "🙂",
          "</think>",
          "<tool_call>",
          "\n\n",
          "|",
          "\"a",
          "b\":",
          "2026-",
          ":00",
          "T1",
          "Z\"",
          "@",
          ".org");

  static final List<byte[]> TOKENS = tokens();

  static final TokenBytes VOCABULARY = new TokenBytes(TOKENS.size(), TOKENS::get, new int[] {STOP});

  private Replies() {}

  private static List<byte[]> tokens() {
    List<byte[]> all = new ArrayList<>();
    for (int b = 0; b < 256; b++) {
      all.add(new byte[] {(byte) b});
    }
    all.add(new byte[0]);
    LONGER.forEach(s -> all.add(s.getBytes(StandardCharsets.UTF_8)));
    // Parts of characters, as real vocabularies have them.
    all.add(new byte[] {(byte) 0xF0, (byte) 0x9F});
    all.add(new byte[] {(byte) 0x97, (byte) 0xA5, 'x'});
    return List.copyOf(all);
  }

  /** Whether a text matches the grammar as a whole. */
  static boolean accepts(Grammar grammar, String text) {
    TokenMatcher m = CompiledGrammar.of(grammar, VOCABULARY).matcher();
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      if (!m.mask().allows(b & 0xFF)) {
        return false;
      }
      m.accept(b & 0xFF);
    }
    return m.mayEnd();
  }

  /** A random text of the grammar; it ends soon after so many tokens where it can. */
  static String random(CompiledGrammar grammar, Random random, int tokens) {
    TokenMatcher m = grammar.matcher();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int n = 0; !m.mustEnd(); n++) {
      TokenMask mask = m.mask();
      if (m.mayEnd() && (n > tokens || random.nextInt(4) == 0)) {
        break;
      }
      int id = choose(mask, random, n > tokens);
      m.accept(id);
      out.writeBytes(TOKENS.get(id));
      if (n > 100 * tokens) {
        throw new AssertionError("does not end: " + out.toString(StandardCharsets.UTF_8));
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  /** Any allowed token; where the text is to end, one that closes something if there is one. */
  private static int choose(TokenMask mask, Random random, boolean closing) {
    if (closing && random.nextInt(3) > 0) {
      for (char c : "\"}]1b\\".toCharArray()) {
        if (mask.allows(c) && random.nextBoolean()) {
          return c;
        }
      }
    }
    int n = random.nextInt(mask.count() - (mask.allows(STOP) ? 1 : 0));
    for (int id = 0; ; id++) {
      if (mask.allows(id) && id != STOP && n-- == 0) {
        return id;
      }
    }
  }
}
