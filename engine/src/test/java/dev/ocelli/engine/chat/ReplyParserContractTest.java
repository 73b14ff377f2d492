package dev.ocelli.engine.chat;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reasoning and answer are told apart however the reply is cut into pieces. */
class ReplyParserContractTest {

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
    String text = unescape(reply);
    Random random = new Random(7);
    for (int round = 0; round < 50; round++) {
      ReplyParser parser = new ReplyParser(opened);
      StringBuilder r = new StringBuilder();
      StringBuilder a = new StringBuilder();
      for (int i = 0; i < text.length(); ) {
        int n = Math.min(text.length() - i, round == 0 ? text.length() : 1 + random.nextInt(4));
        ReplyParser.Pieces p = parser.accept(text.substring(i, i + n));
        r.append(p.reasoning());
        a.append(p.answer());
        i += n;
      }
      ReplyParser.Pieces end = parser.finish();
      r.append(end.reasoning());
      a.append(end.answer());
      assertThat(r.toString()).isEqualTo(unescape(reasoning));
      assertThat(a.toString()).isEqualTo(unescape(answer));
    }
  }

  private static String unescape(String s) {
    return s.replace("\\n", "\n");
  }
}
