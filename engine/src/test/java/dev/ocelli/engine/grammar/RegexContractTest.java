package dev.ocelli.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Regular expressions match what the JDK's match, as far as they are supported. */
class RegexContractTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abc",
        "a|bc|",
        "(a|b)*c",
        "[a-c]+[^a-c]?",
        "\\d{2,4}-\\w+",
        "a.c",
        "(?:ab){2}|c{2,}",
        "[\\d.]+",
        "[^\\s]{1,3} [a\\-b]",
        "^a+$|^b",
        "(?<x>a)b?",
        "x*?y+?",
        "\\x41[\\u0042-D]\\.",
        "[\\]a]?b"
      })
  void matchesLikeTheJdk(String regex) {
    Grammar g = new Constraint.Regex(regex).grammar();
    Pattern p = Pattern.compile(regex);
    Random random = new Random(3);
    String alphabet = "abcdxyABC0129-_. {,2}\n";
    int matched = 0;
    for (int i = 0; i < 1500; i++) {
      StringBuilder s = new StringBuilder();
      for (int n = random.nextInt(7); n > 0; n--) {
        s.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      boolean want = p.matcher(s).matches();
      matched += want ? 1 : 0;
      assertThat(Replies.accepts(g, s.toString())).as("%s on '%s'", regex, s).isEqualTo(want);
    }
    CompiledGrammar compiled = CompiledGrammar.of(g, Replies.VOCABULARY);
    for (int i = 0; i < 30; i++) {
      assertThat(Replies.random(compiled, random, 5)).matches(p);
    }
    assertThat(matched).isLessThan(1500);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "(?=a) look-ahead",
        "(?i)a look-ahead",
        "(?<=a)b look-ahead",
        "(a)\\1 \\1",
        "\\bx \\b",
        "\\p{L} \\p",
        "a^b '^'",
        "a$b '$'",
        "(a$) '$'",
        "(a not_closed",
        "a) closes_nothing",
        "[a not_closed",
        "[z-a] before_it_begins",
        "*a nothing_to_repeat",
        "a{3,1} before_it_begins",
        "a++ possessive",
        "[\\d-z] single_characters",
        "[[:alpha:]] POSIX",
      })
  void refusesByName(String regex, String part) {
    assertThatThrownBy(() -> new Constraint.Regex(regex).grammar())
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("regular expression, line 1, column")
        .hasMessageContaining(part.replace('_', ' '));
  }

  @Test
  void choices() {
    Grammar g = new Constraint.Choices(List.of("yes", "no", "日本")).grammar();
    assertThat(Replies.accepts(g, "yes")).isTrue();
    assertThat(Replies.accepts(g, "日本")).isTrue();
    assertThat(Replies.accepts(g, "ye")).isFalse();
    assertThat(Replies.accepts(g, "nope")).isFalse();
    assertThatThrownBy(() -> new Constraint.Choices(List.of()).grammar())
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("choices is empty");
  }
}
