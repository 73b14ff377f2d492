package dev.ocelli.engine.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.extract.Calibration.Sample;
import dev.ocelli.engine.extract.ExtractionScore.Bin;
import dev.ocelli.engine.extract.ExtractionScore.Count;
import dev.ocelli.engine.grounding.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is counted as right is what a reader would call right. */
class ExtractionScoreContractTest {
  private static JsonNode json(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  /** Fields of all values, each of probability one half. */
  private static Extraction extraction(JsonNode data) {
    List<Extraction.Field> fields = new ArrayList<>();
    fields(data, "", null, fields);
    return new Extraction(data, fields);
  }

  private static void fields(
      JsonNode node,
      String path,
      Shape.@org.jspecify.annotations.Nullable Box outer,
      List<Extraction.Field> to) {
    if (node.isObject()) {
      Shape.Box box = node.has("bbox_2d") ? Extractor.box(node.path("bbox_2d")) : outer;
      node.forEachEntry((name, value) -> {
        if (!name.equals("bbox_2d")) {
          fields(value, path + "/" + name, box, to);
        }
      });
    } else if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        fields(node.path(i), path + "/" + i, outer, to);
      }
    } else {
      to.add(new Extraction.Field(path, node, 0.5, 0.5, outer, 0, 1));
    }
  }

  private static ExtractionScore score(String read, String truth) {
    ExtractionScore score = new ExtractionScore();
    score.add(extraction(json(read)), json(truth));
    return score;
  }

  @Test
  void elementsArePairedInAnyOrder() {
    ExtractionScore s =
        score(
            "[{'c':'red','s':'star'},{'c':'blue','s':'ring'}]",
            "[{'c':'blue','s':'cross'},{'c':'red','s':'star'}]");
    assertThat(s.counts())
        .isEqualTo(Map.of("/*/c", new Count(2, 2, 0), "/*/s", new Count(2, 1, 0)));
  }

  @Test
  void whatIsTooMuchIsWrongAndWhatIsNotThereIsMissing() {
    assertThat(score("['a','b','b']", "['b']").counts().get("/*")).isEqualTo(new Count(3, 1, 0));
    assertThat(score("['a']", "['a','b','c']").counts().get("/*")).isEqualTo(new Count(1, 1, 2));
    assertThat(score("{}", "{'a':{'b':1}}").counts()).isEqualTo(Map.of("/a/b", new Count(0, 0, 1)));
    assertThat(score("{'a':1.50,'b':null}", "{'a':1.5,'b':null}").counts())
        .isEqualTo(Map.of("/a", new Count(1, 1, 0), "/b", new Count(1, 1, 0)));
    assertThat(score("{'a':'1'}", "{'a':1}").counts().get("/a")).isEqualTo(new Count(1, 0, 0));
  }

  @Test
  void boxesOfPairsAreCompared() {
    ExtractionScore s =
        score(
            "[{'bbox_2d':[0,0,10,10],'l':'a'},{'bbox_2d':[50,50,60,60],'l':'b'}]",
            "[{'bbox_2d':[50,50,60,60],'l':'b'},{'bbox_2d':[5,0,15,10],'l':'a'}]");
    assertThat(s.overlaps()).containsExactlyInAnyOrder(1.0, 1.0 / 3);
  }

  @Test
  void errorIsHowFarConfidenceIsFromTheShareRight() {
    List<Sample> samples = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      samples.add(new Sample(0.85, i < 60));
    }
    assertThat(ExtractionScore.error(samples)).isCloseTo(0.25, within(1e-9));
    assertThat(ExtractionScore.bins(samples, 0, 0.5, 1))
        .hasSize(1)
        .first()
        .extracting(Bin::count, Bin::right)
        .containsExactly(100, 0.6);
    assertThat(ExtractionScore.error(List.of())).isZero();
  }

  @Test
  void aHalfIsCalibratedByTheOther() {
    ExtractionScore s = new ExtractionScore();
    for (int i = 0; i < 80; i++) {
      s.add(extraction(json("{'a':1}")), json(i % 4 < 2 ? "{'a':1}" : "{'a':2}"));
    }
    assertThat(s.calibrated(10)).hasSize(80).allMatch(c -> c.probability() == 0.5);
    assertThat(s.calibration(10).confidence(0.5)).isEqualTo(0.5);
  }
}
