package dev.ocelli.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Masks are what trying every token byte by byte gives. */
class TokenMaskKernelTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root ::= [a-z]* \"é\"",
        "root ::= \"\\\"\" ([^\"\\\\\\x00-\\x1F\\x7F] | \"\\\\\" [nt])* \"\\\"\"",
        "root ::= \"\\\"\" ([^\"\\\\\\x00-\\x1F\\x7F] | \"\\\\\" [nt]){0,40} \"\\\"\"",
        "root ::= \"\\\"\" [^\"\\\\\\x00-\\x1F\\x7F]{3,5} \"\\\"\"",
        "root ::= (\"a\" | \"the \" | [0-9.,]{2,7} | [日-本🙂])+",
        "root ::= \"[\" (root (\", \" root)*)? \"]\" | \"x\"{2}",
        "root ::= .*",
        "root ::= [^a]{2} .{0,3}"
      })
  void masksAreExact(String grammar) {
    CompiledGrammar g = CompiledGrammar.of(GbnfParser.parse(grammar), Replies.VOCABULARY);
    Random random = new Random(4);
    for (int walk = 0; walk < 12; walk++) {
      TokenMatcher m = g.matcher();
      StringBuilder before = new StringBuilder();
      for (int n = 0; n < 12 && !m.mustEnd(); n++) {
        TokenMask mask = m.mask();
        int[] allowed = new int[Replies.TOKENS.size()];
        int count = 0;
        for (int id = 0; id < Replies.TOKENS.size(); id++) {
          boolean want = id == Replies.STOP ? m.mayEnd() : mayCome(g, before, id);
          assertThat(mask.allows(id))
              .as("%s: token %d behind %s", grammar, id, before)
              .isEqualTo(want);
          if (want && id != Replies.STOP) {
            allowed[count++] = id;
          }
        }
        assertThat(mask.count()).isEqualTo(count + (m.mayEnd() ? 1 : 0));
        int id = allowed[random.nextInt(count)];
        m.accept(id);
        before.append(new String(Replies.TOKENS.get(id), StandardCharsets.ISO_8859_1));
      }
    }
  }

  private static boolean mayCome(CompiledGrammar g, CharSequence before, int id) {
    byte[] bytes = Replies.TOKENS.get(id);
    TokenMatcher m = g.matcher();
    for (byte b : before.toString().getBytes(StandardCharsets.ISO_8859_1)) {
      m.accept(b & 0xFF);
    }
    for (byte b : bytes) {
      if (!m.mask().allows(b & 0xFF)) {
        return false;
      }
      m.accept(b & 0xFF);
    }
    return bytes.length > 0;
  }

  @Test
  void applyLeavesWhatIsAllowed() {
    Random random = new Random(9);
    for (int size : new int[] {1, 63, 64, 65, 300}) {
      TokenMask.Builder b = new TokenMask.Builder(size);
      boolean[] allowed = new boolean[size];
      for (int i = 0; i < size; i++) {
        allowed[i] = i > 130 && i < 200 || random.nextInt(3) == 0;
        if (allowed[i]) {
          b.allow(i);
        }
      }
      float[] logits = new float[size];
      Arrays.fill(logits, 1.5f);
      b.build().apply(logits);
      for (int i = 0; i < size; i++) {
        assertThat(logits[i]).isEqualTo(allowed[i] ? 1.5f : Float.NEGATIVE_INFINITY);
      }
    }
  }

  /** Several replies at once get the masks that each gets alone, also when all is forgotten. */
  @Test
  void repliesMayShareAGrammar() throws InterruptedException {
    CompiledGrammar g =
        CompiledGrammar.of(
            JsonSchemaGrammar.parse(
                "{\"type\": \"array\", \"minItems\": 3, \"items\": {\"type\": \"string\", \"minLength\": 900, \"maxLength\": 3000}}"),
            Replies.VOCABULARY);
    String[] texts = new String[4];
    List<Thread> threads =
        java.util.stream.IntStream.range(0, texts.length)
            .mapToObj(i ->
                Thread.ofPlatform()
                    .start(() -> texts[i] = Replies.random(g, new Random(i % 2), 2500)))
            .toList();
    for (Thread t : threads) {
      t.join();
    }
    assertThat(texts[2]).isEqualTo(texts[0]);
    assertThat(texts[3]).isEqualTo(texts[1]);
    assertThat(texts[0]).isNotNull().isNotEqualTo(texts[1]);
  }
}
