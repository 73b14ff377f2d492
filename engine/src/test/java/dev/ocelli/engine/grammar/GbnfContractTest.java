package dev.ocelli.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GBNF means what llama.cpp's description of it says; what is wrong is shown with its place. */
class GbnfContractTest {
  private static final String ARITHMETIC =
      """
      # an example with everything usual
      root  ::= (expr "=" ws term "\\n")+
      expr  ::= term ([-+*/] term)*
      term  ::= ident | num | "(" ws expr ")" ws
      ident ::= [a-z] [a-z0-9_]* ws   # a name
      num   ::= [0-9]+ ws
      ws    ::= [ \\t\\n]*
      """;

  private static void matches(String grammar, List<String> good, List<String> bad) {
    Grammar g = GbnfParser.parse(grammar);
    for (String text : good) {
      assertThat(Replies.accepts(g, text)).as("%s takes '%s'", grammar, text).isTrue();
    }
    for (String text : bad) {
      assertThat(Replies.accepts(g, text)).as("%s refuses '%s'", grammar, text).isFalse();
    }
  }

  @Test
  void rulesAndRecursion() {
    matches(
        ARITHMETIC,
        List.of("1=2\n", "a+(b*3)=x\n", "((1))= y\n", "a=b\nc=d\n"),
        List.of("", "1=2", "1==2\n", "(1=2\n", "A=b\n"));
  }

  @Test
  void repetitions() {
    matches("root ::= \"a\"*", List.of("", "a", "aaaa"), List.of("b", "ab"));
    matches("root ::= \"a\"+", List.of("a", "aaa"), List.of("", "ba"));
    matches("root ::= \"ab\"?", List.of("", "ab"), List.of("a", "abab"));
    matches("root ::= \"ab\"{2}", List.of("abab"), List.of("", "ab", "ababab"));
    matches("root ::= [a-c]{2,}", List.of("ab", "cccc"), List.of("a", "abd"));
    matches("root ::= (\"é\" | x){1,3}\nx ::= \"xyz\"", List.of("é", "éxyzé"), List.of("", "éééé"));
    matches("root ::= \"a\"{0} \"b\"", List.of("b"), List.of("ab", ""));
    matches("root ::= (\"a\"*)* \"b\"", List.of("b", "aab"), List.of("a"));
  }

  @Test
  void characters() {
    matches("root ::= [^a-y\\n]", List.of("z", "A", "é", "🙂", " "), List.of("b", "\n", "zz"));
    matches("root ::= . .", List.of("é🙂", "\n\n"), List.of("x", "xyz"));
    matches("root ::= [日-本\\U0001F600-\\U0001F64F]", List.of("日", "🙂"), List.of("x", "a"));
    matches("root ::= \"\\x41\\u00e9\\\"\\\\\\t\"", List.of("Aé\"\\\t"), List.of("A"));
    matches("root ::= [\\]\\[a-]", List.of("]", "[", "a", "-"), List.of("b", "\\"));
    matches("root ::= \"日本\" | \"日記\"", List.of("日本", "日記"), List.of("日", "本"));
  }

  @Test
  void layout() {
    matches(
        "root ::= (\n  \"a\" |\n  \"b\" # c\n)\n\"c\"".replace("\n\"c\"", " \"c\""),
        List.of("ac", "bc"),
        List.of("a", "c"));
    matches("root ::=\n \"a\"\n | \"b\"\n", List.of("a", "b"), List.of("ab"));
    matches("\n# nothing\nx-y ::= \"1\"\nroot ::= x-y |", List.of("1", ""), List.of("2"));
    matches("root ::= \"a\"\r\n | b\r\nb ::= \"b\"\r\n", List.of("a", "b"), List.of("c"));
  }

  /** Bytes of a character may come from several tokens, and one token may end inside of one. */
  @Test
  void tokensMaySplitCharacters() {
    TokenMatcher m =
        CompiledGrammar.of(GbnfParser.parse("root ::= \"🙂\" \"日x\""), Replies.VOCABULARY)
            .matcher();
    int half = Replies.TOKENS.size() - 2;
    assertThat(m.mask().allows(half)).isTrue();
    m.accept(half);
    assertThat(m.mask().allows(half)).isFalse();
    m.accept(0x99);
    m.accept(0x82);
    m.accept(0xE6);
    assertThat(m.mask().count()).isEqualTo(2);
    m.accept(half + 1);
    assertThat(m.mustEnd()).isTrue();
    assertThat(m.mask().count()).isEqualTo(1);
    assertThat(m.mask().allows(Replies.STOP)).isTrue();
  }

  @Test
  void masksMadeAheadAreTheSame() {
    Grammar g = GbnfParser.parse(ARITHMETIC);
    TokenMatcher ahead = CompiledGrammar.of(g, Replies.VOCABULARY).matcher();
    TokenMatcher m = CompiledGrammar.of(g, Replies.VOCABULARY).matcher();
    for (byte b : "a+(b*3)=x\n((1))= y\n".getBytes(StandardCharsets.UTF_8)) {
      ahead.prepare();
      for (int id = 0; id < Replies.VOCABULARY.size(); id++) {
        assertThat(ahead.mask().allows(id)).isEqualTo(m.mask().allows(id));
      }
      ahead.accept(b);
      m.accept(b);
    }
  }

  @Test
  void errorsSayWhere() {
    refuses("root = \"a\"", "line 1, column 6", "'::='");
    refuses("root ::= \"a\"\nb ::= \"x", "line 2, column 7", "not closed");
    refuses("root ::= [a", "line 1, column 10", "not closed");
    refuses("root ::= (\"a\"", "line 1, column 10", "add ')'");
    refuses("root ::= \"a\" )", "line 1, column 14", "')'");
    refuses("root ::= \"a\"\n\nroot ::= \"b\"", "line 3, column 1", "twice");
    refuses("root ::= a\n", "line 1, column 10", "'a' is not defined");
    refuses("x ::= \"a\"", "no rule 'root'");
    refuses("root ::= *", "line 1, column 10", "nothing to repeat");
    refuses("root ::= \"a\"{3,2}", "ends before it begins");
    refuses("root ::= \"a\"{99999999999}", "too large");
    refuses("root ::= \"a\"{x}", "{m,n}");
    refuses("root ::= [z-a]", "ends before it begins");
    refuses("root ::= []", "no character");
    refuses("root ::= \"\\q\"", "line 1, column 11", "\\q is no escape");
    refuses("root ::= \"\\u12\"", "4 hexadecimal digits");
    refuses("root ::= \"\\uD800\"", "not a Unicode character");
    refuses("root ::= <[12]>", "references to tokens");
    refuses("root ::= !<think>", "references to tokens");
    refuses("", "no rule 'root'");
  }

  @Test
  void grammarsThatCannotBeUsedAreNamed() {
    refuses("root ::= root \"a\" | \"b\"", "left-recursive", "root -> root");
    refuses("root ::= a\na ::= \" \"* b \"x\"\nb ::= a | \"y\"", "left-recursive", "a -> b -> a");
    refuses("root ::= \"a\" b\nb ::= \"x\" b", "b can never end");
    refuses("root ::= \"a\"{1,1000000}", "too large");
    refuses("root ::= [^a]{100000} \"b\"{300000}", "too large");
    refuses("root ::= " + "(".repeat(101) + "\"a\"" + ")".repeat(101), "deeper than 100");
    refuses("root ::= \"a\"" + "*".repeat(5) + " \"" + "x".repeat(1 << 20) + "\"", "at most");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // nested counts, each a call
        "root ::= ((\"a\"{1000}){1000}){1000}",
        // ambiguous in exponentially many ways
        "root ::= s\ns ::= \"a\" s \"b\" | \"a\" s \"c\" | \"a\" s | \"\"",
        "root ::= (x x?)*\nx ::= y | z | \"a\"\ny ::= \"a\"+\nz ::= \"aa\"*",
        // never closes
        "root ::= \"a\" root \"b\" | \"c\"",
        // doubles at every rule
        "root ::= a a\na ::= b b\nb ::= c c\nc ::= d d\nd ::= e e\ne ::= \"a\" \"a\""
      })
  void pathologicalGrammarsAreBounded(String text) {
    Assertions.assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          TokenMatcher m = CompiledGrammar.of(GbnfParser.parse(text), Replies.VOCABULARY).matcher();
          int n = 0;
          try {
            while (n < 3000 && m.mask().allows('a')) {
              m.accept('a');
              n++;
            }
          } catch (OcelliException e) {
            assertThat(e).hasMessageContaining("ambiguous");
          }
          assertThat(n).isGreaterThan(4);
        });
  }

  private static void refuses(String grammar, String... parts) {
    assertThatThrownBy(
            () -> CompiledGrammar.of(GbnfParser.parse(grammar), Replies.VOCABULARY), grammar)
        .isInstanceOfSatisfying(
            OcelliException.class, e -> assertThat(e.kind()).isEqualTo(OcelliException.Kind.USAGE))
        .message()
        .contains(parts)
        .satisfies(m -> assertThat(m.lines()).hasSize(1));
  }
}
