package dev.ocelli.cli.chat;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.console.VisibleText;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Words that were typed, and words that are shown. */
class ChatTextContractTest {
  @Test
  void modelsCannotSpeakToTheTerminal() {
    String text = "a\u001b[2Jb\rc\bd\u009b31me\u007f\u0000\nf\tg\u202Eh \uD83D\uDE00 \u56FE";
    String shown = VisibleText.of(text);
    assertThat(shown)
        .isEqualTo(
            "a\u241B[2Jb\u240Dc\u2408d<U+009B>31me\u2421\u2400\nf\tg<U+202E>h \uD83D\uDE00 \u56FE");
    for (int c = 0; c < 0xA0; c++) {
      String one = VisibleText.of(Character.toString(c));
      boolean control = one.chars().anyMatch(x -> Character.isISOControl(x));
      assertThat(control).as("%x", c).isEqualTo(c == '\n' || c == '\t');
    }
    assertThat(VisibleText.line("a\nb\tc")).isEqualTo("a\u240Ab c");
  }

  @Test
  void wordsAreSplitAsTerminalsWriteThem() {
    assertThat(ChatWords.split("  a 'b c' d\\ e \"f g\"h  "))
        .containsExactly("a", "b c", "d e", "f gh");
    assertThat(ChatWords.split("C:\\new\\a.png it's")).containsExactly("C:\\new\\a.png", "it's");
    assertThat(ChatWords.split(" ")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "@a.png What is this? | What is this? | a.png",
        "What is this? @a.png | What is this? | a.png",
        "What is this? @a.png @d/b.png | What is this? | a.png,d/b.png",
        "Is @a.png like @d/b.png or not? | Is a.png like b.png or not? | a.png,d/b.png",
        "@a.png | '' | a.png",
        "Mail me@a.png and @nobody | Mail me@a.png and @nobody | ''",
      })
  void filesBehindAtSigns(String message, String text, String files) {
    ChatWords.Named named = ChatWords.files(message, Set.of("a.png", "d/b.png")::contains);
    assertThat(named.text()).isEqualTo(text);
    assertThat(String.join(",", named.files())).isEqualTo(files);
    assertThat(named.missing()).isEmpty();
  }

  @Test
  void namesThatLookLikeFilesAreMissed() {
    ChatWords.Named named = ChatWords.files("See @phot.PNG, @x and @\"my scan.pdf\"", f -> false);
    assertThat(named.text()).isEqualTo("See @phot.PNG, @x and @\"my scan.pdf\"");
    assertThat(named.missing()).containsExactly("my scan.pdf");
  }
}
