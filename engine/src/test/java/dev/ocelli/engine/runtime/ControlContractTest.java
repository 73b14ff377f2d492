package dev.ocelli.engine.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.chat.ReplyMarks;
import dev.ocelli.engine.chat.ReplyPiece;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.ToolChoice;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.model.ModelLoader;
import dev.ocelli.engine.runtime.Control.Thinking;
import dev.ocelli.engine.runtime.Reply.Finish;
import dev.ocelli.engine.sampling.Sampling;
import dev.ocelli.engine.testing.Fixtures;
import dev.ocelli.engine.testing.TinyModels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Replies keep to what was asked of them, whatever the model would like to say. */
class ControlContractTest {
  private static final JsonMapper JSON = JsonMapper.shared();

  private static final String SCHEMA =
      """
      {"type": "object", "properties": {"name": {"type": "string", "maxLength": 8},
        "kind": {"enum": ["a", "b"]}, "n": {"type": "integer", "minimum": 3, "maximum": 70},
        "tags": {"type": "array", "items": {"type": "boolean"}, "maxItems": 2}},
       "required": ["name", "kind", "n"], "additionalProperties": false}\
      """;

  private static final List<Map<String, Object>> TOOLS =
      List.of(
          Map.of(
              "type",
              "function",
              "function",
              Map.of(
                  "name",
                  "get",
                  "parameters",
                  Map.of(
                      "type",
                      "object",
                      "properties",
                      Map.of("city", Map.of("enum", List.of("Bonn", "Rome"))),
                      "required",
                      List.of("city"),
                      "additionalProperties",
                      false))),
          Map.of("name", "put"));

  private static Engine plain;
  private static Engine drafting;
  private static Engine reasoning;

  @BeforeAll
  static void open() {
    plain = engine(TinyModels.dense(), 0);
    drafting = engine(TinyModels.dense(), 5);
    reasoning = engine(reasoning(TinyModels.dense()), EngineOptions.AUTO_DRAFT);
  }

  @AfterAll
  static void close() {
    plain.close();
    drafting.close();
    reasoning.close();
  }

  private static Engine engine(ModelFiles files, int draft) {
    return Engine.open(
        files,
        EngineOptions.DEFAULT.withThreads(1, 1).withContextLength(900).withDraft(draft),
        ModelLoader.Progress.NONE);
  }

  /** The same model with the template of Thinking models. */
  private static ModelFiles reasoning(ModelFiles f) {
    ModelFiles.TextRules t = f.text();
    try {
      String jinja = Files.readString(Fixtures.path("templates/thinking.jinja"));
      ModelFiles.TextRules thinking =
          new ModelFiles.TextRules(
              t.tokenizer(),
              new ModelFiles.ChatSource(jinja, "the thinking template"),
              t.sampling(),
              t.ignoredSampling(),
              t.stops());
      return new ModelFiles(f.name(), f.config(), f.language(), f.vision(), thinking, f.pictures());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Sampling sampling(int seed) {
    return Sampling.builder().temperature(seed % 4 * 0.5).seed(seed).build();
  }

  private static Request request(int seed, int maxTokens, Control control) {
    return request(seed, maxTokens, control, List.of());
  }

  private static Request request(
      int seed, int maxTokens, Control control, List<Map<String, Object>> tools) {
    return new Request(
            List.of(RuntimeFixtures.user("one two one two", 0)),
            List.of(),
            tools,
            sampling(seed),
            maxTokens,
            List.of(),
            3)
        .with(control);
  }

  private static Reply fresh(Engine engine, Request r) {
    try (Session s = engine.newSession()) {
      return s.generate(r, ReplyListener.NONE);
    }
  }

  private static Control with(Constraint c) {
    return Control.DEFAULT.withConstraint(c);
  }

  /** The constrained reply, the same with drafts and without. */
  private static Reply reply(int seed, Constraint c) {
    Request r = request(seed, 400, with(c));
    Reply want = fresh(plain, r);
    Reply got = fresh(drafting, r);
    assertThat(got.tokens()).isEqualTo(want.tokens());
    assertThat(got.text()).isEqualTo(want.text());
    assertThat(got.finish()).isEqualTo(want.finish());
    return got;
  }

  @Test
  void repliesFitTheirSchema() {
    int drafted = 0;
    for (int seed = 0; seed < 6; seed++) {
      Reply r = reply(seed, new Constraint.JsonSchema(SCHEMA));
      assertThat(r.finish()).isEqualTo(Finish.STOP);
      JsonNode v = JSON.readTree(r.text());
      assertThat(
              v.path("name").stringValue().codePointCount(0, v.path("name").stringValue().length()))
          .isLessThanOrEqualTo(8);
      assertThat(v.path("kind").stringValue()).isIn("a", "b");
      assertThat(v.path("n").intValue()).isBetween(3, 70);
      drafted += r.drafts().accepted();
    }
    assertThat(drafted).isPositive();
  }

  @Test
  void repliesFitEveryKindOfConstraint() {
    for (int seed = 0; seed < 4; seed++) {
      assertThat(reply(seed, new Constraint.Gbnf("root ::= (\"yes\" | \"no\") \"!\"{2}")).text())
          .isIn("yes!!", "no!!");
      assertThat(reply(seed, new Constraint.Regex("[a-c]{3}-\\d{1,4}x")).text())
          .matches("[a-c]{3}-\\d{1,4}x");
      assertThat(reply(seed, new Constraint.Choices(List.of("red", "green"))).text())
          .isIn("red", "green");
    }
    // The tokens count as they do without a constraint.
    Reply cut = fresh(plain, request(1, 2, with(new Constraint.JsonObject())));
    assertThat(cut.finish()).isEqualTo(Finish.LENGTH);
    assertThat(cut.text()).startsWith("{");
  }

  @Test
  void turnsAfterAConstraintReuseThePrefix() {
    Request first = request(1, 60, with(new Constraint.Choices(List.of("red", "green"))));
    try (Session s = plain.newSession()) {
      Reply a = s.generate(first, ReplyListener.NONE);
      List<Message> talk = new ArrayList<>(first.messages());
      talk.add(Message.of("assistant", a.text()));
      talk.add(RuntimeFixtures.user("three", 0));
      Request next = RuntimeFixtures.request(talk, List.of(), 8);
      Reply b = s.generate(next, ReplyListener.NONE);
      assertThat(b.tokens()).isEqualTo(fresh(plain, next).tokens());
      assertThat(b.reusedTokens()).isGreaterThanOrEqualTo(a.promptTokens());
    }
  }

  @Test
  void constraintsAreCheckedBeforeAnythingIsComputed() {
    assertThatThrownBy(
            () -> plain.prepare(request(0, 5, with(new Constraint.Gbnf("root ::= root")))))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("can never end");
    assertThatThrownBy(() ->
            plain.prepare(
                request(0, 5, Control.DEFAULT.withTools(new ToolChoice.Named("x"), true), TOOLS)))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("'x'")
        .hasMessageContaining("[get, put]");
    assertThatThrownBy(() ->
            plain.prepare(
                request(0, 5, Control.DEFAULT.withTools(new ToolChoice.Required(), true))))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("no tools");
    assertThatThrownBy(() -> Control.DEFAULT.withThinking(Thinking.AUTO, -2))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("reasoning budget");
  }

  @Test
  void stopTokensAreBannedOnlyWhereMoreIsAllowed() {
    Constraint c = new Constraint.Gbnf("root ::= \"ab\" \"c\"*");
    Sampling atLeast = Sampling.builder().temperature(0).minTokens(6).build();
    Request r =
        new Request(
                List.of(RuntimeFixtures.user("x", 0)),
                List.of(),
                List.of(),
                atLeast,
                9,
                List.of(),
                -1)
            .with(with(c));
    Reply reply = fresh(plain, r);
    assertThat(reply.tokens()).hasSizeGreaterThanOrEqualTo(6);
    assertThat(reply.text()).matches("abc+");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 7})
  void theBudgetEndsTheReasoning(int budget) {
    Control control = Control.DEFAULT.withThinking(Thinking.AUTO, budget);
    for (int seed = 0; seed < 4; seed++) {
      Reply r = fresh(reasoning, request(seed, 24, control));
      int[] mark = reasoning.tokenizer().encode(ReplyMarks.THOUGHT_TO_ANSWER);
      List<Integer> ids = r.tokens().stream().map(Reply.Token::id).toList();
      int at = indexOf(ids, mark);
      // A character that is not complete yet is waited for.
      assertThat(at).isBetween(budget, budget + 3);
      assertThat(r.tokens()).hasSizeGreaterThan(at + mark.length);
      assertThat(budget == 0).isEqualTo(r.reasoning() == null);
      Reply open = fresh(reasoning, request(seed, 24, Control.DEFAULT));
      assertThat(open.tokens().subList(0, at)).isEqualTo(r.tokens().subList(0, at));
    }
  }

  private static int indexOf(List<Integer> ids, int[] part) {
    for (int i = 0; i + part.length <= ids.size(); i++) {
      boolean equal = true;
      for (int k = 0; k < part.length; k++) {
        equal &= ids.get(i + k) == part[k];
      }
      if (equal) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void constraintsBeginBehindTheReasoning() {
    Control control =
        with(new Constraint.Choices(List.of("red", "green"))).withThinking(Thinking.AUTO, 12);
    for (int seed = 0; seed < 4; seed++) {
      Reply r = fresh(reasoning, request(seed, 200, control));
      assertThat(r.text()).isIn("red", "green");
      assertThat(r.reasoning()).isNotBlank();
      assertThat(r.finish()).isEqualTo(Finish.STOP);
    }
  }

  @Test
  void reasoningIsSwitchedOff() {
    Prepared off = reasoning.prepare(request(0, 5, Control.DEFAULT.withThinking(Thinking.OFF, -1)));
    Prepared usual = reasoning.prepare(request(0, 5, Control.DEFAULT));
    assertThat(usual.opensThinking()).isTrue();
    assertThat(off.opensThinking()).isFalse();
    assertThat(reasoning.tokenizer().decode(off.prompt().ids(), true))
        .endsWith("<|im_start|>assistant\n<think>\n\n</think>\n\n");
    Request on = request(0, 5, Control.DEFAULT.withThinking(Thinking.ON, -1));
    assertThat(reasoning.prepare(on).opensThinking()).isTrue();
    assertThatThrownBy(() -> plain.prepare(on))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("reasoning is asked for");
    assertThat(
            plain
                .prepare(request(0, 5, Control.DEFAULT.withThinking(Thinking.OFF, -1)))
                .prompt()
                .ids())
        .isEqualTo(plain.prepare(request(0, 5, Control.DEFAULT)).prompt().ids());
  }

  private static Request continued(Message last) {
    return new Request(
            List.of(RuntimeFixtures.user("one two", 0), last),
            List.of(),
            List.of(),
            Sampling.greedy(),
            8,
            List.of(),
            -1)
        .with(Control.DEFAULT.continuingLast());
  }

  @Test
  void aBegunReplyIsContinued() {
    Message begun = Message.of("assistant", "three <|im_end|>");
    Prepared prepared = plain.prepare(continued(begun));
    int[] answering = plain.prepare(request(0, 5, Control.DEFAULT)).prompt().ids();
    int[] ids = prepared.prompt().ids();
    assertThat(plain.tokenizer().decode(ids, true))
        .endsWith("<|im_start|>assistant\nthree <|im_end|>");
    assertThat(Arrays.stream(ids).filter(plain.stops()::contains).count())
        .as("what looks like a control token is text")
        .isEqualTo(Arrays.stream(answering).filter(plain.stops()::contains).count());
    assertThat(fresh(plain, continued(begun)).promptTokens()).isEqualTo(ids.length);

    Message thought = new Message("assistant", begun.content(), "Hm.\n", List.of());
    Prepared over = reasoning.prepare(continued(thought));
    assertThat(over.opensThinking()).isFalse();
    assertThat(reasoning.tokenizer().decode(over.prompt().ids(), true))
        .endsWith("<think>\nHm.\n</think>\n\nthree <|im_end|>");
    for (Message wrong : List.of(Message.of("user", "a"), Message.of("assistant", ""))) {
      assertThatThrownBy(() -> plain.prepare(continued(wrong)))
          .isInstanceOf(OcelliException.class)
          .hasMessageContaining("role 'assistant' that has text");
    }
  }

  @Test
  void toolsAreCalledAsChosen() {
    Control one = Control.DEFAULT.withTools(new ToolChoice.Named("get"), false);
    for (int seed = 0; seed < 3; seed++) {
      List<ReplyPiece.Call> pieces = new ArrayList<>();
      Reply r;
      try (Session s = drafting.newSession()) {
        r =
            s.generate(
                request(seed, 300, one, TOOLS),
                new ReplyListener() {
                  @Override
                  public void call(ReplyPiece.Call piece) {
                    pieces.add(piece);
                  }
                });
      }
      assertThat(r.finish()).isEqualTo(Finish.STOP);
      assertThat(r.text()).isEmpty();
      assertThat(r.toolCalls()).hasSize(1);
      assertThat(r.toolCalls().getFirst().name()).isEqualTo("get");
      String arguments = r.toolCalls().getFirst().arguments().toString();
      assertThat(JSON.readTree(arguments).path("city").stringValue()).isIn("Bonn", "Rome");
      assertThat(pieces.getFirst()).isEqualTo(new ReplyPiece.CallStart(0, "get"));
      assertThat(pieces.getLast()).isEqualTo(new ReplyPiece.CallEnd(0));
      assertThat(roundTrip(r)).isTrue();
    }
    Control any = Control.DEFAULT.withTools(new ToolChoice.Required(), true);
    Reply r = fresh(plain, request(3, 60, any, TOOLS));
    assertThat(r.tokens().getFirst().text()).startsWith("<");
    if (!r.toolCalls().isEmpty()) {
      assertThat(r.toolCalls().getFirst().name()).isIn("get", "put");
    }
    Control none = Control.DEFAULT.withTools(new ToolChoice.None(), true);
    assertThat(fresh(plain, request(3, 60, none, TOOLS)).text()).doesNotContain("<tool_call>");
  }

  /** The next turn's prompt begins with what was generated. */
  private static boolean roundTrip(Reply r) {
    List<Message> talk = new ArrayList<>(List.of(RuntimeFixtures.user("one two one two", 0)));
    talk.add(new Message("assistant", List.<Content>of(), null, r.toolCalls()));
    talk.add(Message.of("tool", "42"));
    Request next = new Request(talk, List.of(), TOOLS, Sampling.greedy(), 1, List.of(), -1);
    String prompt = plain.tokenizer().decode(plain.prepare(next).prompt().ids(), true);
    StringBuilder generated = new StringBuilder("<|im_start|>assistant\n");
    r.tokens().forEach(t -> generated.append(t.text()));
    return prompt.contains(generated + "<|im_end|>");
  }

  /** Greedy among one token: the same for ever. */
  @Test
  void loopsAreEnded() {
    Sampling loop = Sampling.builder().temperature(0).logitBias(Map.of(300, 1000.0)).build();
    Request r =
        new Request(
            List.of(RuntimeFixtures.user("x", 0)), List.of(), List.of(), loop, 420, List.of(), -1);
    Reply ended = fresh(drafting, r);
    assertThat(ended.finish()).isEqualTo(Finish.REPETITION);
    assertThat(ended.tokens()).hasSize(LoopGuard.REPEATED);
    assertThat(ended.text()).isEqualTo(drafting.tokenizer().decode(new int[] {300}, false));
    Reply free = fresh(drafting, r.with(Control.DEFAULT.withLoopGuard(false)));
    assertThat(free.finish()).isEqualTo(Finish.LENGTH);
    assertThat(free.tokens()).hasSize(420);
    assertThat(free.tokens().subList(0, LoopGuard.REPEATED)).isEqualTo(ended.tokens());
  }
}
