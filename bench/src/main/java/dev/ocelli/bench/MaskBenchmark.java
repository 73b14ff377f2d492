package dev.ocelli.bench;

import dev.ocelli.engine.grammar.CompiledGrammar;
import dev.ocelli.engine.grammar.Constraint;
import dev.ocelli.engine.grammar.TokenBytes;
import dev.ocelli.engine.grammar.TokenMask;
import dev.ocelli.engine.grammar.TokenMatcher;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a constraint costs a token: the mean over a random reply of 100 tokens, with a grammar that
 * is compiled for it or that replies before have used, and the application of a mask to the logits.
 * The vocabulary has as many tokens as that of Qwen3-VL, of a similar mixture, but made up.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(
    value = 1,
    jvmArgs = {"--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"})
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@SuppressWarnings("NullAway.Init") // JMH calls walk() first
public class MaskBenchmark {
  private static final int SIZE = 151_936;
  private static final int REPLY = 100;

  private static final String RECORD =
      """
      {"type": "object", "properties": {"name": {"type": "string", "minLength": 250, "maxLength": 400},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "tags": {"type": "array", "items": {"type": "string"}, "minItems": 60},
        "born": {"type": "string", "format": "date-time"}, "parent": {"$ref": "#"}},
       "required": ["name", "age", "tags"], "additionalProperties": false}\
      """;

  /** What constrains the reply. */
  public enum Kind {
    SCHEMA(new Constraint.JsonSchema(RECORD)),
    JSON(new Constraint.JsonSchema("{\"items\": {\"type\": \"object\"}, \"minItems\": 100}")),
    REGEX(new Constraint.Regex("([A-Z][a-z ]{1,60}[.,] ?){40,90}"));

    private final Constraint constraint;

    Kind(Constraint constraint) {
      this.constraint = constraint;
    }
  }

  @Param Kind kind = Kind.SCHEMA;

  private TokenBytes tokens;
  private CompiledGrammar warm;
  private List<Integer> reply;
  private TokenMask mask;
  private final float[] logits = new float[SIZE];

  /** Walks through the grammar at random. */
  @Setup
  public void walk() {
    tokens = invented();
    warm = CompiledGrammar.of(kind.constraint.grammar(), tokens);
    Random random = new Random(1);
    reply = new ArrayList<>();
    TokenMatcher m = warm.matcher();
    while (reply.size() < REPLY) {
      TokenMask allowed = m.mask();
      int id = 2 + random.nextInt(SIZE - 2);
      while (id < 2 || !allowed.allows(id)) {
        id = (id + 1) % SIZE;
      }
      m.accept(id);
      reply.add(id);
    }
    mask = warm.matcher().mask();
  }

  /** Two stop tokens, every byte, and words of letters, signs and characters of many scripts. */
  private static TokenBytes invented() {
    Random random = new Random(7);
    byte[][] bytes = new byte[SIZE][];
    for (int id = 0; id < SIZE; id++) {
      if (id < 2) {
        bytes[id] = new byte[0];
      } else if (id < 258) {
        bytes[id] = new byte[] {(byte) (id - 2)};
      } else {
        StringBuilder s = new StringBuilder(random.nextInt(3) == 0 ? " " : "");
        int script = random.nextInt(10);
        for (int n = 1 + random.nextInt(9); n > 0; n--) {
          s.appendCodePoint(
              script < 7
                  ? 'a' + random.nextInt(26)
                  : script < 9 ? 0x4E00 + random.nextInt(20_000) : 0x21 + random.nextInt(0x5E));
        }
        bytes[id] = s.toString().getBytes(StandardCharsets.UTF_8);
      }
    }
    return new TokenBytes(SIZE, id -> bytes[id], new int[] {0, 1});
  }

  private int follow(CompiledGrammar grammar) {
    TokenMatcher m = grammar.matcher();
    int allowed = 0;
    for (int id : reply) {
      allowed += m.mask().allows(id) ? 1 : 0;
      m.accept(id);
    }
    return allowed;
  }

  /** A token of the first reply of a grammar, which is compiled for it. */
  @Benchmark
  @OperationsPerInvocation(REPLY)
  public int fresh() {
    return follow(CompiledGrammar.of(kind.constraint.grammar(), tokens));
  }

  /** A token of a reply like one before. */
  @Benchmark
  @OperationsPerInvocation(REPLY)
  public int kept() {
    return follow(warm);
  }

  /** A mask on the logits. */
  @Benchmark
  public float apply() {
    mask.apply(logits);
    return logits[0];
  }
}
