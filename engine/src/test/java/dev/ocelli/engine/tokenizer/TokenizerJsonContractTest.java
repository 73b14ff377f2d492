package dev.ocelli.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading {@code tokenizer.json}. */
class TokenizerJsonContractTest {
  private static final String TOKENIZER = TextFixtures.text("models/tiny-dense/tokenizer.json");

  private static TokenizerData read(String tokenizer, String config, String generation) {
    return TokenizerJson.read(
        "dir/tokenizer.json", utf8(tokenizer), utf8(config), utf8(generation));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void assertBad(String tokenizer, String... words) {
    assertThatThrownBy(() -> Tokenizer.of(read(tokenizer, "{}", "{}")))
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.MODEL))
        .hasMessageStartingWith("dir/tokenizer.json")
        .hasMessageContainingAll(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void endAndPaddingComeFromTheFilesBeside() {
    TokenizerData data =
        read(
            TOKENIZER,
            "{\"eos_token\": {\"content\": \"<|im_end|>\"}, \"pad_token\": \"<|endoftext|>\"}",
            "{\"eos_token_id\": [1000, 998]}");
    assertThat(data.special()).isEqualTo(new TokenizerData.Special(List.of(1000, 998), 998, false));
    assertThat(read(TOKENIZER, "{}", "{\"eos_token_id\": 7}").special().end()).containsExactly(7);
    TokenizerData alone = TokenizerJson.read("t", utf8(TOKENIZER), null, null);
    assertThat(alone.special()).isEqualTo(new TokenizerData.Special(List.of(), -1, false));
    assertThat(read(TOKENIZER, "{\"add_bos_token\": true}", "{}").special().addBos()).isTrue();
  }

  @Test
  void mergesMayBeTextsAndIdsMayHaveGaps() {
    String texts = TOKENIZER.replaceAll("\\[\"([^\"\\[\\]]+)\",\"([^\"\\[\\]]+)\"\\]", "\"$1 $2\"");
    assertThat(texts).isNotEqualTo(TOKENIZER);
    assertThat(Tokenizer.of(read(texts, "{}", "{}")).encode("the <think>"))
        .isEqualTo(TextFixtures.tiny().encode("the <think>"));
    TokenizerData gap = read(TOKENIZER.replace("\"id\":1023", "\"id\":1030"), "{}", "{}");
    assertThat(gap.tokens()).hasSize(1031);
    assertThat(Tokenizer.of(gap).vocabulary().type(1025)).isEqualTo(Vocabulary.Type.UNUSED);
    assertThat(Tokenizer.of(gap).encode("</think>")).containsExactly(1030);
  }

  @Test
  void anAddedTokenListedInTheVocabularyTooIsNoContradiction() {
    String both = TOKENIZER.replace("\"vocab\":{", "\"vocab\":{\"<think>\":1022,");
    assertThat(Tokenizer.of(read(both, "{}", "{}")).encode("<think>")).containsExactly(1022);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "\"type\":\"NFC\"~\"type\":\"NFKC\"~normalizer.type",
        "\"behavior\":\"Isolated\"~\"behavior\":\"Removed\"~behavior",
        "{L}+~{L}*~pattern.Regex",
        "\"invert\":false~\"invert\":true~invert",
        "\"use_regex\":false~\"use_regex\":true~use_regex",
        "\"type\":\"BPE\"~\"type\":\"Unigram\"~model.type is \"Unigram\"",
        "\"byte_fallback\":false~\"byte_fallback\":true~model.byte_fallback",
        "\"ignore_merges\":false~\"ignore_merges\":true~model.ignore_merges",
        "\"dropout\":null~\"dropout\":0.5~model.dropout",
        "\"end_of_word_suffix\":null~\"end_of_word_suffix\":\"</w>\"~end_of_word_suffix",
        "\"single_word\":false~\"single_word\":true~single_word of token 998",
        "\"lstrip\":false~\"lstrip\":true~lstrip of token 998",
        "\"id\":1023~\"id\":-1~id -1",
        "\"id\":1023~\"id\":99999999~id 99999999",
        "\"id\":1023~\"id\":\"x\"~not a whole number",
        "\"id\":1023~\"id\":1022~two tokens have the id 1022",
        "\"vocab\":{~\"vocab\":{\"qqqqq\":5,~two tokens have the id 5",
        "\"vocab\":~\"vocabulary\":~model.vocab",
        "\"merges\":[~\"merges\":[7,~merge 0",
        "\"post_processor\":null~\"post_processor\":{\"special_tokens\":{\"a\":1}}~post_processor",
        "\"pretokenizers\":[~\"pretokenizers\":[{},~3 steps",
      })
  void whatWouldChangeIdsIsAnErrorThatNamesTheField(String from, String to, String words) {
    String changed =
        TOKENIZER.replaceFirst(java.util.regex.Pattern.quote(from), to.replace("\\", "\\\\"));
    assertThat(changed).isNotEqualTo(TOKENIZER);
    assertBad(changed, words);
  }

  @Test
  void damagedFilesAreNamed() {
    assertBad("", "not a JSON object");
    assertBad("[]", "not a JSON object");
    assertBad(TOKENIZER.substring(0, 5000), "not valid JSON");
    assertBad("{".repeat(5000), "not valid JSON");
    assertBad("[".repeat(50_000), "not valid JSON");
    assertThatThrownBy(() -> read(TOKENIZER, "nonsense", "{}"))
        .hasMessageContaining("tokenizer_config.json");
    assertThatThrownBy(() -> read(TOKENIZER, "{}", "{\"eos_token_id\": \"x\"}"))
        .hasMessageContaining("generation_config.json");
    assertThatThrownBy(() -> read(TOKENIZER, "{\"eos_token\": \"<none>\"}", "{}"))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("<none>");
  }

  @Test
  void mutatedFilesGiveATokenizerOrAClearError() {
    Random random = new Random(31);
    byte[] original = utf8(TOKENIZER);
    for (int i = 0; i < 400; i++) {
      byte[] mutant = original.clone();
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
      }
      try {
        Tokenizer tokenizer = Tokenizer.of(TokenizerJson.read("t.json", mutant, null, null));
        assertThat(tokenizer.encode("Hello <|im_start|>\n")).isNotEmpty();
      } catch (OcelliException e) {
        assertThat(e).hasMessageStartingWith("t.json").hasMessageNotContaining("\n");
      }
    }
  }
}
