package dev.ocelli.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.testing.Fixtures;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

/** Positions of prompts against the reference's worked cases. */
class PositionsGoldenTest {
  private static final int IMAGE = 151655;
  private static final int VIDEO = 151656;

  static Stream<JsonNode> cases() {
    return Fixtures.json("positions/mrope_positions.json").values().stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalsReference(JsonNode c) {
    int[] ids = ints(c.get("input_ids"));
    Positions p = Positions.of(new Prompt(ids, visuals(ids, c)));
    JsonNode want = c.get("positions_thw");
    assertThat(p.time()).isEqualTo(ints(want.get(0)));
    assertThat(p.height()).isEqualTo(ints(want.get(1)));
    assertThat(p.width()).isEqualTo(ints(want.get(2)));
    assertThat(p.delta()).isEqualTo(c.get("delta").asInt());
  }

  /** Placeholder runs in prompt order; each temporal patch of a clip is a run of its own. */
  private static List<Prompt.Visual> visuals(int[] ids, JsonNode c) {
    List<int[]> images = new ArrayList<>();
    for (JsonNode g : c.get("image_grid_thw")) {
      images.add(ints(g));
    }
    List<int[]> frames = new ArrayList<>();
    for (JsonNode g : c.get("video_grid_thw")) {
      int[] thw = ints(g);
      for (int t = 0; t < thw[0]; t++) {
        frames.add(thw);
      }
    }
    List<Prompt.Visual> out = new ArrayList<>();
    int i = 0;
    while (i < ids.length) {
      if (ids[i] == IMAGE || ids[i] == VIDEO) {
        int[] thw = (ids[i] == IMAGE ? images : frames).removeFirst();
        Prompt.Visual v = new Prompt.Visual(i, out.size(), 0, thw[1] / 2, thw[2] / 2);
        out.add(v);
        i += v.tokens();
      } else {
        i++;
      }
    }
    assertThat(images).isEmpty();
    assertThat(frames).isEmpty();
    return out;
  }

  private static int[] ints(JsonNode array) {
    return array.values().stream().mapToInt(JsonNode::asInt).toArray();
  }
}
