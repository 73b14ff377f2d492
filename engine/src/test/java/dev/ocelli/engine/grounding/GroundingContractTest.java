package dev.ocelli.engine.grounding;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Boxes and points are found in replies of every usual form. */
class GroundingContractTest {
  private static final String STAR =
      "{\"bbox_2d\": [160, 310, 340, 490], \"label\": \"pink star\"}";
  private static final Shape.Box STAR_BOX = new Shape.Box(160, 310, 340, 490);

  private static List<Region> regions(String text) {
    return Grounding.of(text).regions();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "[%s]",
        "```json\n[\n  %s\n]\n```",
        "Here it is (I \"think\"): %s. Anything [else] {to} know?",
        "{\"items\": [%s], \"count\": 1}",
        "[see %s",
        "He said [\"look: %s",
      })
  void anObjectIsFoundWhateverIsAroundIt(String around) {
    String text = around.formatted(STAR);
    int start = text.indexOf("{\"bbox");
    assertThat(regions(text))
        .containsExactly(new Region("pink star", STAR_BOX, 0, start, start + STAR.length()));
  }

  @Test
  void pointsAreFound() {
    assertThat(regions("{\"point_2d\": [10.5, 20], \"label\": \"nose\"}"))
        .extracting(Region::label, Region::shape)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("nose", new Shape.Point(10.5, 20)));
  }

  @Test
  void theLabelMayComeFirstAndOtherFieldsMayStandBesideIt() {
    assertThat(
            regions(
                "{\"label\": \"a \\\"b\\\" \\u732b\", \"sure\": true, \"image\": 2, \"bbox_2d\": [1,2,3,4], \"sub\": {\"n\": [1]}}"))
        .extracting(Region::label, Region::shape, Region::picture)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("a \"b\" 猫", new Shape.Box(1, 2, 3, 4), 2));
  }

  @Test
  void textOfOcrIsALabelAndQuotesMayBeSingle() {
    assertThat(regions("[{'bbox_2d': [1, 2, 3, 4], 'text_content': 'TOTAL'}]"))
        .extracting(Region::label)
        .containsExactly("TOTAL");
  }

  @Test
  void oneEntryMayHaveSeveralBoxes() {
    assertThat(regions("{\"bbox_2d\": [[1,2,3,4],[5,6,7,8]], \"label\": \"x\"}"))
        .extracting(Region::shape)
        .containsExactly(new Shape.Box(1, 2, 3, 4), new Shape.Box(5, 6, 7, 8));
  }

  @Test
  void cornersComeInOrder() {
    assertThat(regions("{\"bbox_2d\": [9, 8, 1, 2]}"))
        .extracting(Region::shape)
        .containsExactly(new Shape.Box(1, 2, 9, 8));
  }

  @Test
  void tagsOfQwen2AreRead() {
    String text =
        "the <|object_ref_start|>red cup<|object_ref_end|><|box_start|>(10,20),(30,40)<|box_end|>.";
    assertThat(regions(text))
        .containsExactly(
            new Region("red cup", new Shape.Box(10, 20, 30, 40), 0, 4, text.length() - 1));
  }

  @Test
  void whatIsNoBoxIsNone() {
    assertThat(regions("{\"bbox_2d\": [1, 2, 3], \"label\": \"x\"}")).isEmpty();
    assertThat(regions("{\"bbox_2d\": [1, 2, 3, \"4\"]}")).isEmpty();
    assertThat(regions("{\"bbox\": [1, 2, 3, 4]}")).isEmpty();
    assertThat(regions("[1, 2, 3, 4]")).isEmpty();
    assertThat(regions("")).isEmpty();
  }

  @Test
  void aCutReplyKeepsItsWholeEntriesAndSaysThatItWasCut() {
    String two = "[" + STAR + ", " + STAR + "]";
    assertThat(Grounding.of(two).cut()).isFalse();
    for (int end = 1; end < two.length(); end++) {
      Grounding g = Grounding.of(two.substring(0, end));
      assertThat(g.cut()).as("cut at %d", end).isTrue();
      int whole = end < 1 + STAR.length() ? 0 : end < two.length() - 1 ? 1 : 2;
      assertThat(g.regions()).as("cut at %d", end).hasSize(whole);
    }
  }

  @Test
  void aPictureIsTheOneSaidOrTheOnlyOne() {
    Region unsaid = regions(STAR).getFirst();
    Region second = new Region("", STAR_BOX, 2, 0, 1);
    assertThat(unsaid.pictureOf(1)).isZero();
    assertThat(unsaid.pictureOf(2)).isEqualTo(-1);
    assertThat(second.pictureOf(2)).isEqualTo(1);
    assertThat(second.pictureOf(1)).isEqualTo(-1);
  }
}
