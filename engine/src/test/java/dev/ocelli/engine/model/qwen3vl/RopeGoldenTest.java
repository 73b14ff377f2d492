package dev.ocelli.engine.model.qwen3vl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Rope;
import dev.ocelli.engine.model.qwen3vl.Qwen3VlConfig.Yarn;
import dev.ocelli.engine.tensor.Floats;
import dev.ocelli.engine.testing.Fixtures;
import java.lang.foreign.Arena;
import java.util.stream.Stream;
import org.assertj.core.data.Offset;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Axes and frequencies of interleaved M-RoPE against the reference. */
class RopeGoldenTest {

  static Stream<JsonNode> axes() {
    return Fixtures.json("positions/mrope_axes.json").values().stream();
  }

  static Stream<JsonNode> yarn() {
    return Fixtures.json("positions/yarn.json").values().stream();
  }

  @ParameterizedTest
  @MethodSource("axes")
  void axesEqualReference(JsonNode c) {
    StringBuilder got = new StringBuilder();
    for (int a : RopeTable.axes(sections(c.get("mrope_section")), c.get("head_dim").asInt() / 2)) {
      got.append("thw".charAt(a));
    }
    assertThat(got.toString()).isEqualTo(c.get("axis").asString());
  }

  @ParameterizedTest
  @MethodSource("yarn")
  void yarnFrequenciesEqualReference(JsonNode c) {
    int headDim = c.get("head_dim").asInt();
    Yarn yarn =
        Yarn.of(c.get("factor").asDouble(), c.get("original_max_position_embeddings").asInt());
    assertThat(yarn.attentionFactor())
        .isCloseTo(c.get("attention_factor").asDouble(), Percentage.withPercentage(1e-3));
    Rope rope = new Rope(c.get("rope_theta").asDouble(), new int[] {24, 20, 20}, yarn);
    float[] got = new RopeTable(rope, headDim).inverseFrequency();
    JsonNode want = c.get("inv_freq");
    assertThat(got).hasSize(want.size());
    for (int i = 0; i < got.length; i++) {
      assertThat((double) got[i])
          .as("frequency %d", i)
          .isCloseTo(want.get(i).asDouble(), Percentage.withPercentage(1e-3));
    }
  }

  @Test
  void yarnScalesCosineAndSine() {
    Yarn yarn = Yarn.of(3, 262144);
    try (Arena arena = Arena.ofConfined()) {
      Floats cos = Floats.allocate(arena, 1, 64);
      Floats sin = Floats.allocate(arena, 1, 64);
      new RopeTable(new Rope(5e6, new int[] {24, 20, 20}, yarn), 128).fill(0, 0, 0, cos, sin, 0);
      for (int i = 0; i < 64; i++) {
        assertThat((double) cos.get(0, i)).isCloseTo(1 + 0.1 * Math.log(3), Offset.offset(1e-6));
        assertThat(sin.get(0, i)).isZero();
      }
    }
  }

  @Test
  void eachFrequencyTurnsWithItsAxis() {
    try (Arena arena = Arena.ofConfined()) {
      Floats cos = Floats.allocate(arena, 1, 64);
      Floats sin = Floats.allocate(arena, 1, 64);
      new RopeTable(new Rope(5e6, new int[] {24, 20, 20}, null), 128).fill(7, 11, 13, cos, sin, 0);
      int[] position = {7, 11, 13};
      for (int i = 0; i < 64; i++) {
        double angle = position[i < 60 ? i % 3 : 0] * Math.pow(5e6, -2.0 * i / 128);
        assertThat((double) sin.get(0, i)).isCloseTo(Math.sin(angle), Offset.offset(1e-6));
        assertThat((double) cos.get(0, i)).isCloseTo(Math.cos(angle), Offset.offset(1e-6));
      }
    }
  }

  private static int[] sections(JsonNode array) {
    return array.values().stream().mapToInt(JsonNode::asInt).toArray();
  }
}
