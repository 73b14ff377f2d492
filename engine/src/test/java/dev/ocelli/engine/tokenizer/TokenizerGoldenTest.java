package dev.ocelli.engine.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Ids and texts of the reference tokenizer. */
class TokenizerGoldenTest {
  private static Tokenizer tokenizer(String name) {
    return name.equals("full") ? TextFixtures.full() : TextFixtures.tiny();
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "tiny"})
  void everyVectorGivesTheReferenceIdsAndTheirText(String name) {
    Tokenizer tokenizer = tokenizer(name);
    JsonNode vectors = TextFixtures.json("tokenizer/vectors-" + name + ".json");
    for (JsonNode vector : vectors) {
      String text = vector.path("text").stringValue();
      int[] expected = ints(vector.path("ids"));
      assertThat(tokenizer.encode(text)).as("ids of %s", vector.path("text")).isEqualTo(expected);
      assertThat(tokenizer.decode(expected, true))
          .as("text of %s", vector.path("text"))
          .isEqualTo(vector.path("decoded").asString(text));
    }
    assertThat(vectors.size()).isGreaterThanOrEqualTo(420);
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "tiny"})
  void everyVectorAsPlainTextDecodesToItself(String name) {
    Tokenizer tokenizer = tokenizer(name);
    Vocabulary vocabulary = tokenizer.vocabulary();
    for (JsonNode vector : TextFixtures.json("tokenizer/vectors-" + name + ".json")) {
      String text = vector.path("text").stringValue();
      int[] ids = tokenizer.encodeText(text);
      assertThat(Arrays.stream(ids).allMatch(id -> vocabulary.type(id) == Vocabulary.Type.NORMAL))
          .as("plain text gives ordinary tokens only: %s", text)
          .isTrue();
      assertThat(tokenizer.decode(ids, false)).isEqualTo(vector.path("decoded").asString(text));
      assertThat(tokenizer.encode(text, new int[] {0, text.length()})).isEqualTo(ids);
    }
  }

  /** llama.cpp's own vectors, which are not part of this project. None needs normalization. */
  @Test
  void publicQwen2VectorsAgreeWhereTheyLieBesideTheProject() throws IOException {
    Optional<Path> input = TextFixtures.beside("tokenizer/qwen2-public.inp");
    Optional<Path> output = TextFixtures.beside("tokenizer/qwen2-public.out");
    assumeTrue(input.isPresent() && output.isPresent(), "the reference folder is not here");
    List<String> texts =
        List.of(Files.readString(input.orElseThrow()).split("\n__ggml_vocab_test__\n"));
    List<String> lines = Files.readAllLines(output.orElseThrow());
    assertThat(lines).hasSameSizeAs(texts);
    for (int i = 0; i < texts.size(); i++) {
      int[] expected =
          Arrays.stream(lines.get(i).strip().split("\\s+"))
              .filter(s -> !s.isEmpty())
              .mapToInt(Integer::parseInt)
              .toArray();
      assertThat(TextFixtures.full().encode(texts.get(i))).as(texts.get(i)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tiny-dense", "tiny-moe", "tiny-wide"})
  void generatedIdsDecodeAsTheReferenceDid(String model) {
    // Random models produce much that is not UTF-8; control tokens are skipped.
    List<String> cases =
        model.equals("tiny-dense")
            ? List.of("text", "image_a", "chat_images", "two_images", "video", "image_extreme")
            : List.of("text", "image_a", "two_images", "video");
    for (String name : cases) {
      String folder = "golden/" + model + "/" + name + "/";
      int[] ids = TextFixtures.npyInts(folder + "greedy_ids.npy");
      String expected = TextFixtures.json(folder + "case.json").path("greedy_text").stringValue();
      assertThat(TextFixtures.tiny().decode(ids, false)).isEqualTo(expected);
    }
  }

  static int[] ints(JsonNode array) {
    int[] values = new int[array.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = array.path(i).intValue();
    }
    return values;
  }
}
