package dev.ocelli.engine.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Frame indices and time stamps of the reference. */
class FrameSamplingGoldenTest {
  private static final JsonNode GOLDEN = Json.resource("/reference/preprocess/video_sampling.json");

  @Test
  void indices() {
    assertThat(GOLDEN.get("sample_frames")).hasSize(25);
    for (JsonNode row : GOLDEN.get("sample_frames")) {
      int total = row.get("total_frames").asInt();
      double fps = row.get("video_fps").asDouble();
      double target = row.has("target_fps") ? row.get("target_fps").asDouble() : 2;
      VideoOptions options =
          new VideoOptions(VideoOptions.Selection.UNIFORM, target, 4, 768, false, 0);
      FrameSampling actual =
          row.has("num_frames")
              ? FrameSampling.spread(total, fps, row.get("num_frames").asInt())
              : FrameSampling.uniform(total, fps, options);
      assertThat(actual.indices()).as(row.toString()).isEqualTo(ints(row.get("indices")));
    }
  }

  @Test
  void timestamps() {
    int rows = 0;
    for (JsonNode row : GOLDEN.get("timestamps")) {
      if (row.has("indices")) {
        FrameSampling sampling =
            new FrameSampling(ints(row.get("indices")), row.get("fps").asDouble());
        List<String> texts = new ArrayList<>();
        row.get("text").forEach(t -> texts.add(t.asString()));
        List<Double> seconds = new ArrayList<>();
        row.get("seconds").forEach(s -> seconds.add(s.asDouble()));
        assertThat(sampling.timestamps(2)).isEqualTo(texts);
        assertThat(sampling.seconds(2)).containsExactly(seconds.toArray(Double[]::new));
        rows++;
      }
    }
    assertThat(rows).isEqualTo(13);
  }

  @Test
  void rounding() {
    JsonNode rounding = GOLDEN.get("timestamps").get(13).get("rounding");
    assertThat(rounding).hasSize(17);
    rounding
        .properties()
        .forEach(e ->
            assertThat(FrameSampling.timestamp(Double.parseDouble(e.getKey())))
                .isEqualTo(e.getValue().asString()));
  }

  private static int[] ints(JsonNode array) {
    int[] out = new int[array.size()];
    for (int i = 0; i < out.length; i++) {
      out[i] = array.get(i).asInt();
    }
    return out;
  }
}
