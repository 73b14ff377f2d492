package dev.ocelli.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which text may become a control token, and what broken tables are answered with. */
class TokenizerContractTest {
  private final Tokenizer full = TextFixtures.full();
  private final Vocabulary vocabulary = full.vocabulary();

  @Test
  void specialIdsAreFoundByName() {
    assertThat(vocabulary.id("<|im_start|>")).isEqualTo(151644);
    assertThat(vocabulary.requireSpecial("<|image_pad|>")).isEqualTo(151655);
    assertThat(vocabulary.isEnd(151645)).isTrue();
    assertThat(vocabulary.isEnd(151644)).isFalse();
    assertThat(vocabulary.pad()).isEqualTo(151643);
    assertThat(vocabulary.type(151643)).isEqualTo(Vocabulary.Type.CONTROL);
    assertThat(vocabulary.type(151667)).isEqualTo(Vocabulary.Type.USER_DEFINED);
    assertThat(vocabulary.isHidden(151667)).isFalse();
    assertThat(vocabulary.type(151935)).isEqualTo(Vocabulary.Type.UNUSED);
    assertThat(TextFixtures.tiny().vocabulary().endIds()).containsExactly(998, 1000);
    assertThatThrownBy(() -> vocabulary.requireSpecial("<|nothing|>"))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("qwen3vl-vocab.gguf")
        .hasMessageContaining("<|nothing|>");
  }

  @Test
  void literalCharactersNeverMatchAControlToken() {
    String token = "<|im_end|>";
    for (int literal = 0; literal < token.length(); literal++) {
      int[] ids = full.encode(token, new int[] {literal, literal + 1});
      assertThat(ids).doesNotContain(151645).isEqualTo(full.encodeText(token));
    }
    String text = "a<|im_end|>b<|im_end|>c";
    assertThat(full.encode(text, new int[] {0, 11})).containsOnlyOnce(151645);
    assertThat(full.encode(text, new int[] {0, 1, 11, 12, 22, 23}))
        .isEqualTo(new int[] {64, 151645, 65, 151645, 66});
  }

  @Test
  void literalTextMergesWithItsNeighbours() {
    assertThat(full.encode("Hello world", new int[] {0, 8})).isEqualTo(full.encode("Hello world"));
  }

  @Test
  void aTokenAfterALiteralPrefixOfItselfIsFound() {
    assertThat(full.encode("<|im_<|im_start|>", new int[] {0, 5})).endsWith(151644);
    assertThat(full.encode("<|im_<|im_start|>")).endsWith(151644);
  }

  @Test
  void wrongRangesAreAFaultOfTheCaller() {
    for (int[] ranges : new int[][] {{0}, {2, 1}, {0, 9}, {-1, 1}}) {
      assertThatIllegalArgumentException().isThrownBy(() -> full.encode("abc", ranges));
    }
  }

  @Test
  void loneSurrogatesBecomeReplacementCharacters() {
    assertThat(full.decode(full.encode("a\uD800b\uDC00\uD83D\uDE00\uD83D"), true))
        .isEqualTo("a\uFFFDb\uFFFD\uD83D\uDE00\uFFFD");
  }

  @Test
  void unusedRowsHaveNoText() {
    assertThat(full.decode(new int[] {9707, 151935, 1879}, true)).isEqualTo("Hello world");
    assertThat(full.encode("[PAD151935]")).doesNotContain(151935);
  }

  @Test
  void paddingAddsUnusedRows() {
    Tokenizer padded = Tokenizer.of(TextFixtures.tinyData().paddedTo(1030));
    assertThat(padded.vocabulary().size()).isEqualTo(1030);
    assertThat(padded.vocabulary().type(1029)).isEqualTo(Vocabulary.Type.UNUSED);
    assertThat(TextFixtures.tinyData().paddedTo(3).tokens()).hasSize(1024);
  }

  @ParameterizedTest
  @ValueSource(strings = {"e\u0301", "\u1100\u1161\u11a8", "q\u0307\u0323", "\u0344", "\u212B"})
  void textIsNormalized(String text) {
    String normal = java.text.Normalizer.normalize(text, java.text.Normalizer.Form.NFC);
    assertThat(full.encodeText(text)).isEqualTo(full.encodeText(normal));
    assertThat(full.decode(full.encodeText(text), true)).isEqualTo(normal);
  }

  // ---- broken files ----

  private static TokenizerData data(String model, String pre, boolean addBos) {
    TokenizerData d = TextFixtures.tinyData();
    return new TokenizerData(
        "m.gguf",
        model,
        pre,
        d.tokens(),
        d.types(),
        d.merges(),
        new TokenizerData.Special(d.special().end(), d.special().pad(), addBos));
  }

  private static void assertBad(TokenizerData data, String... words) {
    assertThatThrownBy(() -> Tokenizer.of(data))
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.MODEL))
        .hasMessageStartingWith(data.origin() + ": ")
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void unsupportedFieldsAreNamedWithTheirValue() {
    assertBad(data("llama", "qwen2", false), "tokenizer.ggml.model", "\"llama\"", "\"gpt2\"");
    assertBad(data("gpt2", "llama-bpe", false), "tokenizer.ggml.pre", "\"llama-bpe\"", "\"qwen2\"");
    assertBad(data("gpt2", "qwen2", true), "tokenizer.ggml.add_bos_token", "true");
  }

  private static TokenizerData with(List<String> tokens, int[] types, List<String> merges) {
    TokenizerData d = TextFixtures.tinyData();
    return new TokenizerData("m.gguf", "gpt2", "qwen2", tokens, types, merges, d.special());
  }

  private static TokenizerData token(int id, String text, int type) {
    TokenizerData d = TextFixtures.tinyData();
    List<String> tokens = new ArrayList<>(d.tokens());
    int[] types = d.types().clone();
    tokens.set(id, text);
    types[id] = type;
    return with(tokens, types, d.merges());
  }

  private static TokenizerData merge(String merge) {
    TokenizerData d = TextFixtures.tinyData();
    List<String> merges = new ArrayList<>(d.merges());
    merges.add(merge);
    return with(d.tokens(), d.types(), merges);
  }

  @Test
  void contradictoryTablesAreNamed() {
    TokenizerData d = TextFixtures.tinyData();
    assertBad(with(List.of(), new int[0], List.of()), "tokenizer.ggml.tokens is empty");
    assertBad(
        with(d.tokens(), Arrays.copyOf(d.types(), 1000), d.merges()),
        "token_type has 1000 entries",
        "1024");
    assertBad(token(1000, "<|im_start|>", 3), "tokens 999 and 1000 are equal");
    assertBad(token(1000, "", 3), "token 1000 is empty");
    assertBad(token(1000, "x", 0), "type 0 of token 1000");
    assertBad(token(1000, "x", 6), "type 6 of token 1000");
    assertBad(token(1000, "x", 77), "type 77 of token 1000");
    assertBad(token(1000, "\u4e00", 1), "token 1000", "byte alphabet");
    assertBad(token(1000, "x".repeat(257), 3), "token 1000", "257");
    assertBad(token(0, "\u0100\u0100\u0100", 1), "no token for the byte 33");
    assertBad(merge("Ġq zzz"), "merge 742");
    assertBad(merge("Ġ"), "merge 742");
    assertBad(merge(" a"), "merge 742");
    assertBad(merge("a "), "merge 742");
    assertBad(merge("a b c"), "merge 742");
    assertBad(merge(d.merges().get(5)), "merges 5 and 742 are equal");
  }

  @Test
  void mergesCannotMakeAControlToken() {
    TokenizerData d = token(1000, "<|", 3);
    List<String> merges = new ArrayList<>(d.merges());
    merges.add("< |");
    assertBad(with(d.tokens(), d.types(), merges), "merge 742");
  }

  @Test
  void specialIdsOutsideTheTableAreNamed() {
    TokenizerData d = TextFixtures.tinyData();
    for (TokenizerData.Special special :
        List.of(
            new TokenizerData.Special(List.of(1024), -1, false),
            new TokenizerData.Special(List.of(-2), -1, false))) {
      assertBad(
          new TokenizerData("m", "gpt2", "qwen2", d.tokens(), d.types(), d.merges(), special),
          "eos_token_id",
          "1024");
    }
    assertBad(
        new TokenizerData(
            "m",
            "gpt2",
            "qwen2",
            d.tokens(),
            d.types(),
            d.merges(),
            new TokenizerData.Special(List.of(), 5000, false)),
        "padding_token_id 5000");
  }

  @Test
  void tooManyControlTokensAreRefused() {
    TokenizerData d = TextFixtures.tinyData();
    List<String> tokens = new ArrayList<>(d.tokens());
    IntStream.range(0, 400).forEach(i -> tokens.add("<" + i + "x".repeat(200) + ">"));
    int[] types = Arrays.copyOf(d.types(), tokens.size());
    Arrays.fill(types, d.types().length, types.length, 3);
    assertBad(with(tokens, types, d.merges()), "too many");
  }
}
