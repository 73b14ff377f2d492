package dev.ocelli.engine.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.sampling.TokenLogprobs;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Replies become values with the probability of their own tokens and the box that is theirs. */
class ExtractorContractTest {
  private static final String NAME =
      "{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"},\"n\":{\"type\":\"integer\"}}}";

  private final List<byte[]> vocabulary = new ArrayList<>();

  /** A reply of tokens, whose probability is half of the one before. */
  private Reply reply(String text, Reply.Finish finish, byte[]... tokens) {
    List<Reply.Token> all = new ArrayList<>();
    double logprob = 0;
    for (byte[] token : tokens) {
      logprob -= Math.log(2);
      int id = vocabulary.size();
      vocabulary.add(token);
      all.add(
          new Reply.Token(
              id,
              new String(token, StandardCharsets.UTF_8),
              new TokenLogprobs(id, logprob, List.of())));
    }
    return new Reply(
        text,
        null,
        List.of(),
        finish,
        null,
        1,
        new Reply.Reused(0, 0, 0),
        all,
        List.of(),
        new Reply.Drafts(0, 0),
        new Reply.Timings(0, 0, 0, 0, 0, 0));
  }

  private static byte[] utf8(String s) {
    return s.getBytes(StandardCharsets.UTF_8);
  }

  private Extraction read(String schema, boolean boxes, Reply reply) {
    return Extractor.of(ExtractionSchema.of(schema, boxes)).read(reply, vocabulary::get);
  }

  @Test
  void aFieldHasTheProbabilityOfItsTokens() {
    Reply r =
        reply(
            "{\"name\": \"Ann\", \"n\": 12}",
            Reply.Finish.STOP,
            utf8("{\"name\": \""),
            utf8("An"),
            utf8("n\", "),
            utf8("\"n\": "),
            utf8("12"),
            utf8("}"));
    Extraction e = read(NAME, false, r);
    assertThat(e.data().toString()).isEqualTo("{\"name\":\"Ann\",\"n\":12}");
    assertThat(e.fields()).extracting(Extraction.Field::path).containsExactly("/name", "/n");
    assertThat(e.fields().get(0).probability()).isCloseTo(1.0 / 4 / 8, within(1e-12));
    assertThat(e.fields().get(1).probability()).isCloseTo(1.0 / 32, within(1e-12));
    assertThat(r.text().substring(e.fields().get(0).start(), e.fields().get(0).end()))
        .isEqualTo("Ann");
  }

  @Test
  void charactersOfSeveralTokensAndThoughtsBeforeTheAnswerDoNotConfuse() {
    byte[] cat = utf8("猫");
    Reply r =
        reply(
            "{\"name\": \"猫\\n\", \"n\": 1}",
            Reply.Finish.STOP,
            utf8("thinking of 猫</think>\n\n"),
            utf8("{\"name\": \""),
            Arrays.copyOfRange(cat, 0, 1),
            Arrays.copyOfRange(cat, 1, 3),
            utf8("\\n"),
            utf8("\", \"n\": 1}"));
    Extraction.Field f = read(NAME, false, r).fields().getFirst();
    assertThat(f.value().asString()).isEqualTo("猫\n");
    assertThat(f.probability()).isCloseTo(1.0 / 8 / 16 / 32, within(1e-12));
  }

  @Test
  void tokensThatAreNotThoseOfTheTextGiveNoProbability() {
    Reply r = reply("{\"name\": \"Ann\"}", Reply.Finish.STOP, utf8("{\"name\": \"Bob\"}"));
    Extraction.Field f = read(NAME, false, r).fields().getFirst();
    assertThat(f.probability()).isNaN();
    assertThat(f.confidence()).isNaN();
  }

  @Test
  void wrappingIsTakenOff() {
    String text =
        "{\"name\": {\"value\": \"Ann\", \"bbox_2d\": [10, 20, 30, 40]}, \"n\": {\"value\": 3, \"bbox_2d\": null}}";
    Extraction e = read(NAME, true, reply(text, Reply.Finish.STOP, utf8(text)));
    assertThat(e.data().toString()).isEqualTo("{\"name\":\"Ann\",\"n\":3}");
    assertThat(e.fields()).extracting(Extraction.Field::path).containsExactly("/name", "/n");
    assertThat(e.fields().get(0).box()).isEqualTo(new Shape.Box(10, 20, 30, 40));
    assertThat(e.fields().get(1).box()).isNull();
  }

  @Test
  void aSchemasOwnBoxIsThatOfTheWholeObject() {
    String schema =
        "{\"type\":\"array\",\"items\":{\"type\":\"object\",\"properties\":{\"bbox_2d\":{\"type\":\"array\",\"items\":{\"type\":\"integer\"}},\"label\":{\"type\":\"string\"}}}}";
    String text = "[{\"bbox_2d\": [1, 2, 3, 4], \"label\": \"a\"}]";
    Extraction e = read(schema, true, reply(text, Reply.Finish.STOP, utf8(text)));
    assertThat(e.fields()).hasSize(1);
    assertThat(e.fields().getFirst().path()).isEqualTo("/0/label");
    assertThat(e.fields().getFirst().box()).isEqualTo(new Shape.Box(1, 2, 3, 4));
    assertThat(e.data().toString()).isEqualTo("[{\"bbox_2d\":[1,2,3,4],\"label\":\"a\"}]");
  }

  @Test
  void repliesThatAreNotWholeAreRefused() {
    assertThatThrownBy(() -> read(NAME, false, reply("{\"na", Reply.Finish.LENGTH, utf8("{\"na"))))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("cut after 1 tokens");
    assertThatThrownBy(() -> read(NAME, false, reply("{}", Reply.Finish.REPETITION, utf8("{}"))))
        .hasMessageContaining("repeats itself");
    assertThatThrownBy(() -> read(NAME, false, reply("{\"n\":", Reply.Finish.STOP, utf8("x"))))
        .hasMessageContaining("no whole JSON");
    assertThatThrownBy(() -> read(NAME, false, reply("", Reply.Finish.STOP)))
        .hasMessageContaining("no whole JSON");
    assertThatThrownBy(() -> read(NAME, false, reply("{} {}", Reply.Finish.STOP, utf8("{} {}"))))
        .hasMessageContaining("no whole JSON");
  }

  @Test
  void calibrationRisesAndGoesThroughItsPoints() {
    Random random = new Random(2);
    List<Calibration.Sample> samples = new ArrayList<>();
    for (int i = 0; i < 20_000; i++) {
      double p = random.nextDouble();
      samples.add(new Calibration.Sample(p, random.nextDouble() < p * p));
    }
    Calibration c = Calibration.fit(samples, 200);
    for (double p = 0.1; p < 0.95; p += 0.05) {
      assertThat(c.confidence(p)).isCloseTo(p * p, within(0.08));
      assertThat(c.confidence(p + 0.01)).isGreaterThanOrEqualTo(c.confidence(p));
    }
    assertThat(Calibration.read(c.json().toString())).isEqualTo(c);
    assertThat(Calibration.NONE.confidence(0.3)).isEqualTo(0.3);
    assertThat(c.confidence(Double.NaN)).isNaN();
    assertThat(Calibration.fit(List.of(), 10)).isEqualTo(Calibration.NONE);
    for (String bad :
        List.of(
            "",
            "{}",
            "{\"points\":[1]}",
            "{\"points\":[[0.5,2]]}",
            "{\"points\":[[0.5,0.5],[0.4,0.6]]}")) {
      assertThatThrownBy(() -> Calibration.read(bad)).as(bad).isInstanceOf(OcelliException.class);
    }
  }
}
