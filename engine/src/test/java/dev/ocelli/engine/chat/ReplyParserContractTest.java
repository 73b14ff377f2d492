package dev.ocelli.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Parts of a reply are told apart however the reply is cut into pieces. */
class ReplyParserContractTest {
  private static final String CALL =
      "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"}</tool_call>\\\"\"]}}\n</tool_call>";
  private static final String CALL_F = "f{\"a\": [1, \"}</tool_call>\\\"\"]}";

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "false, Hello., '', Hello.",
        "false, '<think>\\nhm\\n</think>\\n\\nYes', hm, Yes",
        "true, 'hm\\n\\nso\\n</think>\\n\\nYes\\n', 'hm\\n\\nso', 'Yes\\n'",
        "true, '\\n</think>\\n\\nNo', '', No",
        "true, 'never ends', 'never ends', ''",
        "true, 'a </thin b', 'a </thin b', ''",
        "false, '<thinking aloud', '', '<thinking aloud'",
        "false, '<thi', '', '<thi'",
        "false, 'x <think> y', '', 'x <think> y'",
        "false, '', '', ''",
      })
  void splits(boolean opened, String reply, String reasoning, String answer) {
    for (boolean tools : new boolean[] {false, true}) {
      check(unescape(reply), opened, tools, unescape(reasoning), unescape(answer));
    }
  }

  @Test
  void callsAreFound() {
    check(CALL, false, true, "", "", CALL_F);
    check("Sure.\n" + CALL, false, true, "", "Sure.", CALL_F);
    check("Sure.\n\n" + CALL + "\n", false, true, "", "Sure.\n", CALL_F);
    check(CALL + "\n" + CALL, false, true, "", "", CALL_F, CALL_F);
    check(CALL + CALL, false, true, "", "", CALL_F, CALL_F);
    check("hm\n</think>\n\n" + CALL, true, true, "hm", "", CALL_F);
    check("x<tool_call>{\"name\":\"g\",\"arguments\":{}}</tool_call>", false, true, "", "x", "g{}");
  }

  @Test
  void callsInOtherFormsAreFound() {
    check(
        "<tool_call>{\"arguments\": {\"a\": 1}, \"name\": \"f\"}</tool_call>",
        false,
        true,
        "",
        "",
        "f{\"a\":1}");
    check(
        "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>",
        false,
        true,
        "",
        "",
        "f{\"a\":1}");
    check("<tool_call>{\"name\": \"f\"}</tool_call>", false, true, "", "", "f{}");
    check("<tool_call>{\"name\": \"\\u0066\", \"arguments\": {}}", false, true, "", "", "f{}");
    check("<tool_call>{\"name\": \"f\", \"arguments\": {}", false, true, "", "", "f{}");
  }

  @Test
  void whatIsNoCallStaysText() {
    for (String text :
        List.of(
            "<tool_call>",
            "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\"",
            "a\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": nil}}\n</tool_call> b",
            "<tool_call>{\"name\": \"f\", \"arguments\": {]}}</tool_call>",
            "<tool_call>{\"name\": \"f\", \"arguments\": {}, \"x\": 1}</tool_call>.",
            "<tool_call>{\"name\": 1, \"arguments\": {}}</tool_call>",
            "<tool_call>{\"name\": \"f\", \"arguments\": [1]}</tool_call>",
            "<tool_call>call f(1)</tool_call>\n\n",
            "<tool_cal",
            "a <tool_call b")) {
      check(text, false, true, "", text);
      check(text + "\n" + CALL, false, true, "", text, CALL_F);
    }
    check("x\n" + CALL + "\n", false, false, "", "x\n" + CALL + "\n");
    check(CALL + "\nbye", false, true, "", "\nbye", CALL_F);
  }

  /** Name first, then arguments as they come; what was announced and fails is taken back. */
  @Test
  void argumentsAreStreamed() {
    ReplyParser parser = new ReplyParser(false, true);
    assertThat(parser.accept("<tool_call>\n{\"name\": \"f\", \"arguments\": ")).isEmpty();
    assertThat(parser.accept("{\"a\":"))
        .containsExactly(
            new ReplyPiece.CallStart(0, "f"), new ReplyPiece.CallArguments(0, "{\"a\":"));
    assertThat(parser.accept(" 1}")).containsExactly(new ReplyPiece.CallArguments(0, " 1}"));
    assertThat(parser.accept("}\n")).isEmpty();
    assertThat(parser.accept("</tool_call>")).containsExactly(new ReplyPiece.CallEnd(0));
    assertThat(parser.accept("\n<tool_call>\n{\"name\": \"g\", \"arguments\": {"))
        .containsExactly(new ReplyPiece.CallStart(1, "g"), new ReplyPiece.CallArguments(1, "{"));
    assertThat(parser.accept("]"))
        .containsExactly(
            new ReplyPiece.CallBroken(1),
            new ReplyPiece.Answer("\n<tool_call>"),
            new ReplyPiece.Answer("\n{\"name\": \"g\", \"arguments\": {]"));
    assertThat(parser.finish()).isEmpty();
  }

  /** The template writes back what the model wrote, so that nothing is computed again. */
  @Test
  void historyIsWrittenAsItWas() {
    String text = "Let me see.";
    String call = "{\"city\": \"Köln\",  \"n\": [1,2]}";
    for (String reply :
        List.of(
            text + "\n<tool_call>\n{\"name\": \"get\", \"arguments\": " + call + "}\n</tool_call>",
            "<tool_call>\n{\"name\": \"get\", \"arguments\": "
                + call
                + "}\n</tool_call>"
                + "\n<tool_call>\n{\"name\": \"get\", \"arguments\": {}}\n</tool_call>")) {
      Parts parts = parse(reply, false, true, new Random(1), 3);
      Message message =
          new Message(
              "assistant",
              parts.answer.isEmpty()
                  ? List.of()
                  : List.of(new Content.Text(parts.answer.toString())),
              null,
              parts.calls.stream()
                  .map(c -> new Message.ToolCall("get", c.substring("get".length())))
                  .toList());
      String rendered =
          ChatTemplate.instruct()
              .render(
                  List.of(Message.of("user", "?"), message),
                  List.of(),
                  new ChatTemplate.Options(false, false, Map.of()))
              .text();
      assertThat(rendered).endsWith("<|im_start|>assistant\n" + reply + "<|im_end|>\n");
    }
  }

  private record Parts(StringBuilder reasoning, StringBuilder answer, List<String> calls) {}

  private static void check(
      String text,
      boolean opened,
      boolean tools,
      String reasoning,
      String answer,
      String... calls) {
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      Parts p = parse(text, opened, tools, random, round == 0 ? text.length() + 1 : 4);
      assertThat(p.reasoning.toString()).isEqualTo(reasoning);
      assertThat(p.answer.toString()).as(text).isEqualTo(answer);
      assertThat(p.calls).as(text).containsExactly(calls);
    }
  }

  private static Parts parse(
      String text, boolean opened, boolean tools, Random random, int longest) {
    ReplyParser parser = new ReplyParser(opened, tools);
    List<ReplyPiece> pieces = new ArrayList<>();
    for (int i = 0; i < text.length(); ) {
      int n = Math.min(text.length() - i, 1 + random.nextInt(longest));
      pieces.addAll(parser.accept(text.substring(i, i + n)));
      i += n;
    }
    pieces.addAll(parser.finish());
    Parts parts = new Parts(new StringBuilder(), new StringBuilder(), new ArrayList<>());
    StringBuilder call = new StringBuilder();
    int open = -1;
    for (ReplyPiece piece : pieces) {
      switch (piece) {
        case ReplyPiece.Reasoning r -> parts.reasoning.append(r.text());
        case ReplyPiece.Answer a -> parts.answer.append(a.text());
        case ReplyPiece.CallStart s -> {
          assertThat(s.index()).isGreaterThan(open);
          open = s.index();
          call = new StringBuilder(s.name());
        }
        case ReplyPiece.CallArguments a -> call.append(a.json());
        case ReplyPiece.CallEnd e -> parts.calls.add(call.toString());
        case ReplyPiece.CallBroken b -> assertThat(b.index()).isEqualTo(open);
      }
    }
    return parts;
  }

  private static String unescape(String s) {
    return s.replace("\\n", "\n");
  }
}
