package dev.ocelli.engine.grammar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.OcelliException;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the masks allow fits the schema, by another project's judgement. */
class SchemaFuzzTest {
  private static final int SCHEMAS = 150;
  private static final int TEXTS = 6;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomWalksFitRandomSchemas(long seed) {
    Random random = new Random(seed);
    int used = 0;
    for (int i = 0; i < SCHEMAS; i++) {
      String schema = new Schemas(random).root();
      CompiledGrammar g;
      try {
        g = CompiledGrammar.of(JsonSchemaGrammar.parse(schema), Replies.VOCABULARY);
      } catch (OcelliException e) {
        assertThat(e)
            .as(schema)
            .hasMessageMatching(
                ".*(no value fits|never end|may fit the same|list the values that fit).*");
        continue;
      }
      used++;
      for (int k = 0; k < TEXTS; k++) {
        String text = Replies.random(g, random, 12);
        assertThat(SchemaChecker.errors(schema, text)).as("%s by %s", text, schema).isEmpty();
      }
    }
    assertThat(used).isGreaterThan(SCHEMAS / 2);
  }

  @Test
  void freeJsonIsJson() {
    Random random = new Random(5);
    CompiledGrammar g =
        CompiledGrammar.of(new Constraint.JsonObject().grammar(), Replies.VOCABULARY);
    for (int i = 0; i < 100; i++) {
      String text = Replies.random(g, random, 30);
      assertThat(SchemaChecker.errors("{\"type\": \"object\"}", text)).as(text).isEmpty();
    }
  }

  @Test
  void formatsAreWhatTheySay() {
    Random random = new Random(6);
    for (int i = 0; i < 60; i++) {
      LocalDate.parse(format("date", random));
      OffsetDateTime.parse(
          format("date-time", random)
              .replaceFirst("(:\\d\\d\\.\\d{9})\\d*", "$1")
              .replaceFirst("[+-](1[89]|2\\d):", "+10:"));
      String uuid = format("uuid", random);
      assertThat(UUID.fromString(uuid)).hasToString(uuid.toLowerCase(java.util.Locale.ROOT));
      assertThat(format("ipv4", random)).matches("(\\d{1,3}\\.){3}\\d{1,3}");
      assertThat(format("ipv6", random)).matches("[0-9a-fA-F:]{2,39}");
      assertThat(format("email", random)).matches("[^@ ]+@[^@ ]+\\.[^@ ]+");
    }
  }

  private static String format(String format, Random random) {
    String schema = "{\"type\": \"string\", \"format\": \"" + format + "\"}";
    CompiledGrammar g = CompiledGrammar.of(JsonSchemaGrammar.parse(schema), Replies.VOCABULARY);
    String text = Replies.random(g, random, 20);
    return text.substring(1, text.length() - 1);
  }

  /** Numbers near bounds are allowed exactly where they are within them. */
  @Test
  void boundsAreExact() {
    Random random = new Random(8);
    for (int i = 0; i < 300; i++) {
      BigDecimal low = decimal(random);
      BigDecimal high = low.add(decimal(random).abs());
      boolean above = random.nextBoolean();
      boolean below = random.nextBoolean();
      boolean integer = random.nextBoolean();
      String schema =
          "{\"type\": \"%s\", \"%s\": %s, \"%s\": %s}"
              .formatted(
                  integer ? "integer" : "number",
                  above ? "exclusiveMinimum" : "minimum",
                  low.toPlainString(),
                  below ? "exclusiveMaximum" : "maximum",
                  high.toPlainString());
      Grammar g;
      try {
        g = JsonSchemaGrammar.parse(schema);
      } catch (OcelliException e) {
        g = null;
      }
      for (int k = 0; k < 40; k++) {
        BigDecimal x =
            (random.nextBoolean() ? low : high)
                .add(k == 0 ? BigDecimal.ZERO : decimal(random).movePointLeft(random.nextInt(4)));
        String text =
            integer ? x.toBigInteger().toString() : x.stripTrailingZeros().toPlainString();
        BigDecimal value = new BigDecimal(text);
        int atLow = value.compareTo(low);
        int atHigh = value.compareTo(high);
        boolean want = (above ? atLow > 0 : atLow >= 0) && (below ? atHigh < 0 : atHigh <= 0);
        boolean got = g != null && Replies.accepts(g, text);
        assertThat(got).as("%s by %s", text, schema).isEqualTo(want);
      }
    }
  }

  private static BigDecimal decimal(Random random) {
    BigDecimal d = BigDecimal.valueOf(random.nextInt(-3000, 3000), random.nextInt(4));
    return random.nextInt(4) == 0 ? d.setScale(0, java.math.RoundingMode.FLOOR) : d;
  }

  /** Makes random schemas. */
  private static final class Schemas {
    private static final List<String> NAMES = List.of("a", "ab", "name", "x y", "é\\n", "z");
    private final Random random;

    Schemas(Random random) {
      this.random = random;
    }

    String root() {
      return "{\"$defs\": {\"d\": %s, \"list\": {\"type\": \"object\", \"properties\": {\"v\": %s, \"next\": {\"anyOf\": [{\"$ref\": \"#/$defs/list\"}, {\"type\": \"null\"}]}}, \"required\": [\"v\"]}}, %s"
          .formatted(schema(1), schema(1), schema(4).substring(1));
    }

    private String schema(int depth) {
      int kind = random.nextInt(depth > 0 ? 14 : 8);
      return switch (kind) {
        case 0 -> "{\"type\": \"string\"" + lengths("Length") + "}";
        case 1 -> "{\"type\": \"integer\"" + bounds() + "}";
        case 2 -> "{\"type\": \"number\"" + bounds() + "}";
        case 3 -> "{\"enum\": [\"a\\\"\", 1, null, [1, {\"b\": 2.50}], \"é\"]}";
        case 4 -> "{\"type\": [\"boolean\", \"null\"]}";
        case 5 -> "{\"type\": \"string\", \"pattern\": \"%s\"}".formatted(pattern());
        case 6 -> "{\"const\": {\"k\": [true]}}";
        case 7 -> "{\"title\": \"anything\"}";
        case 8, 9 -> object(depth - 1);
        case 10 -> array(depth - 1);
        case 11 -> "{\"anyOf\": [%s, %s]}".formatted(schema(depth - 1), schema(depth - 1));
        case 12 -> "{\"$ref\": \"#/$defs/%s\"}".formatted(random.nextBoolean() ? "d" : "list");
        default ->
            switch (random.nextInt(3)) {
              case 0 -> "{\"allOf\": [%s, {\"minimum\": 3}]}".formatted(schema(depth - 1));
              case 1 ->
                  "{\"oneOf\": [{\"type\": \"null\"}, {\"type\": \"string\"}, %s]}"
                      .formatted(object(depth - 1));
              default -> "{\"allOf\": [%s, %s]}".formatted(object(depth - 1), object(depth - 1));
            };
      };
    }

    private String pattern() {
      return List.of("^[a-c]{2,4}$", "b+", "^(x|yz)*\\\\d", "^\\\\S\\\\s[^a]$", "\\\"|\\\\\\\\")
          .get(random.nextInt(5));
    }

    private String lengths(String what) {
      int min = random.nextInt(4);
      return switch (random.nextInt(4)) {
        case 0 -> ", \"min%s\": %d".formatted(what, min);
        case 1 -> ", \"max%s\": %d".formatted(what, min);
        case 2 -> ", \"min%s\": %d, \"max%s\": %d".formatted(what, min, what, min + 2);
        default -> "";
      };
    }

    private String bounds() {
      BigDecimal low = decimal(random);
      String lowest = random.nextBoolean() ? "minimum" : "exclusiveMinimum";
      String highest = random.nextBoolean() ? "maximum" : "exclusiveMaximum";
      return switch (random.nextInt(4)) {
        case 0 -> ", \"%s\": %s".formatted(lowest, low.toPlainString());
        case 1 -> ", \"%s\": %s".formatted(highest, low.toPlainString());
        case 2 ->
            ", \"%s\": %s, \"%s\": %s"
                .formatted(
                    lowest,
                    low.toPlainString(),
                    highest,
                    low.add(decimal(random).abs()).add(BigDecimal.TWO).toPlainString());
        default -> "";
      };
    }

    private String object(int depth) {
      StringBuilder s = new StringBuilder("{\"type\": \"object\", \"properties\": {");
      StringBuilder required = new StringBuilder();
      int n = 0;
      for (String name : NAMES) {
        if (random.nextInt(3) == 0) {
          s.append(n++ == 0 ? "" : ", ").append("\"" + name + "\": ").append(schema(depth));
          if (random.nextBoolean()) {
            required.append(required.isEmpty() ? "" : ", ").append("\"" + name + "\"");
          }
        }
      }
      s.append("}, \"required\": [").append(required).append("]");
      return s.append(
              switch (random.nextInt(4)) {
                case 0 -> ", \"additionalProperties\": false}";
                case 1 -> n == 0 ? "}" : ", \"additionalProperties\": {\"type\": \"boolean\"}}";
                default -> "}";
              })
          .toString();
    }

    private String array(int depth) {
      String items = random.nextInt(3) == 0 ? "" : ", \"items\": " + schema(depth);
      String prefix =
          random.nextInt(3) == 0
              ? ", \"prefixItems\": [" + schema(depth) + ", " + schema(depth) + "]"
              : "";
      return "{\"type\": \"array\"" + items + prefix + lengths("Items") + "}";
    }
  }
}
