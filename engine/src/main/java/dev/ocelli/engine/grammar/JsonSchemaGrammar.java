package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The grammar of the JSON values that a JSON Schema (draft 2020-12) allows.
 *
 * <p>Supported: {@code type} (also lists), {@code enum}, {@code const}, {@code anyOf}, {@code
 * oneOf} whose branches exclude each other, {@code allOf}, {@code $ref} into the same schema with
 * recursion, {@code properties}, {@code required}, {@code additionalProperties}, {@code items},
 * {@code prefixItems}, {@code minItems}, {@code maxItems}, {@code minLength}, {@code maxLength},
 * {@code pattern}, {@code format}, {@code minimum}, {@code maximum} and their exclusive forms. A
 * keyword that would change the answer and is none of these is an error that names its place.
 *
 * <p>What is allowed is a part of what the schema allows: properties come in the order of the
 * schema, other properties and elements than the named ones only where {@code additionalProperties}
 * or {@code items} asks for them, and every value is written in one of the usual ways.
 */
public final class JsonSchemaGrammar {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private static final int DEEPEST = 64;

  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "discriminator",
          "contentMediaType",
          "contentEncoding",
          "$comment",
          "$schema",
          "$id",
          "$defs",
          "definitions");

  private static final Map<String, Set<String>> KEYWORDS = new LinkedHashMap<>();

  static {
    KEYWORDS.put("object", Set.of("properties", "required", "additionalProperties"));
    KEYWORDS.put("array", Set.of("items", "prefixItems", "minItems", "maxItems", "uniqueItems"));
    KEYWORDS.put("string", Set.of("minLength", "maxLength", "pattern", "format"));
    KEYWORDS.put("number", Set.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"));
  }

  private static final Set<String> TYPES =
      new TreeSet<>(Set.of("object", "array", "string", "number", "integer", "boolean", "null"));

  private static final Set<String> GENERAL =
      Set.of("type", "enum", "const", "anyOf", "oneOf", "allOf", "$ref");

  private final JsonNode root;
  private final Map<String, Expr> rules = new LinkedHashMap<>(JsonText.rules());

  /** What is referred to and has no rule yet. */
  private final TreeMap<String, JsonNode> referred = new TreeMap<>();

  private int depth;

  private JsonSchemaGrammar(JsonNode root) {
    this.root = root;
  }

  /**
   * The grammar of a schema.
   *
   * @param schema JSON text
   * @throws OcelliException USAGE when it is no JSON, contradicts itself, or uses what is not
   *     supported; names the place as a JSON pointer
   */
  public static Grammar parse(String schema) {
    JsonNode node;
    try {
      node = JSON.readTree(schema);
    } catch (JacksonException e) {
      String why = String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "the JSON Schema is no JSON text: %s; mend it".formatted(why),
          e);
    }
    return of(node);
  }

  /** The grammar of a schema that is made of maps and lists. */
  static Grammar of(Map<String, ?> schema) {
    return of(JSON.<JsonNode>valueToTree(schema));
  }

  private static Grammar of(JsonNode schema) {
    return new JsonSchemaGrammar(schema).grammar();
  }

  static boolean isAnnotation(String keyword) {
    return ANNOTATIONS.contains(keyword) || keyword.startsWith("x-");
  }

  /** The name of the rule for what a reference leads to; it is made later. */
  private String ref(String reference, String place) {
    String name = where(reference.substring(1));
    if (!rules.containsKey(name)) {
      referred.put(reference, target(reference, place));
      rules.put(name, Expr.EMPTY);
    }
    return name;
  }

  private Grammar grammar() {
    String start = ref("#", "");
    while (!referred.isEmpty()) {
      Map.Entry<String, JsonNode> next = referred.pollFirstEntry();
      String at = next.getKey().substring(1);
      rules.put(ref(next.getKey(), at), require(schema(next.getValue(), at), at));
    }
    return new Grammar(rules, start);
  }

  private JsonNode target(String reference, String place) {
    if (!reference.equals("#") && !reference.startsWith("#/")) {
      throw error(
          place,
          "%s is not a JSON pointer into the same schema, such as '#/$defs/name'; put the definition there"
              .formatted(written(reference)));
    }
    JsonNode at = root;
    if (reference.length() > 1) {
      for (String part : reference.substring(2).split("/", -1)) {
        String name =
            URLDecoder.decode(part.replace("+", "%2B"), StandardCharsets.UTF_8)
                .replace("~1", "/")
                .replace("~0", "~");
        at =
            at.isArray() && name.matches("\\d{1,6}")
                ? at.path(Integer.parseInt(name))
                : at.path(name);
      }
    }
    if (at.isMissingNode()) {
      throw error(place, "nothing is at %s; define it".formatted(written(reference)));
    }
    return at;
  }

  private static Expr require(@Nullable Expr e, String place) {
    if (e == null) {
      throw error(place, "no value fits this schema; mend what contradicts");
    }
    return e;
  }

  /** The values of a schema, or null where there are none. */
  @Nullable Expr schema(JsonNode schema, String place) {
    if (schema.isBoolean()) {
      return schema.booleanValue() ? Expr.rule(JsonText.VALUE) : null;
    }
    if (!(schema instanceof ObjectNode object)) {
      throw error(place, "a schema is an object, true or false; mend it");
    }
    if (++depth > DEEPEST) {
      throw error(
          place,
          "schemas nest, or refer to each other, deeper than %d here; use fewer levels"
              .formatted(DEEPEST));
    }
    Expr e = object(object, place);
    depth--;
    return e;
  }

  private @Nullable Expr object(ObjectNode schema, String place) {
    ObjectNode own = schema.objectNode();
    for (Map.Entry<String, JsonNode> e : schema.properties()) {
      if (!isAnnotation(e.getKey())) {
        known(e.getKey(), place);
        own.set(e.getKey(), e.getValue());
      }
    }
    if (own.has("$ref")) {
      return reference(own, place);
    }
    for (String keyword : List.of("allOf", "anyOf", "oneOf")) {
      if (own.has(keyword)) {
        return combined(own, keyword, place);
      }
    }
    if (own.has("const") || own.has("enum")) {
      Set<String> types = own.has("type") ? typeNames(own.path("type"), place) : TYPES;
      return EnumSchema.expr(own, types, place);
    }
    return types(own, place);
  }

  private static void known(String keyword, String place) {
    if (!GENERAL.contains(keyword) && typeOf(keyword) == null) {
      throw error(
          place + "/" + keyword,
          "this keyword is not supported; leave it out, and check the reply for it");
    }
  }

  private @Nullable Expr reference(ObjectNode schema, String place) {
    String reference = text(schema.path("$ref"), place + "/$ref");
    ObjectNode siblings = schema.deepCopy();
    siblings.remove("$ref");
    if (siblings.isEmpty()) {
      return Expr.rule(ref(reference, place + "/$ref"));
    }
    return both(List.of(target(reference, place + "/$ref"), siblings), place);
  }

  private @Nullable Expr combined(ObjectNode schema, String keyword, String place) {
    String at = place + "/" + keyword;
    JsonNode branches = schema.path(keyword);
    if (!branches.isArray() || branches.isEmpty()) {
      throw error(at, "a list of schemas is needed; mend it");
    }
    ObjectNode siblings = schema.deepCopy();
    siblings.remove(keyword);
    if (keyword.equals("allOf")) {
      List<JsonNode> all = new ArrayList<>();
      if (!siblings.isEmpty()) {
        all.add(siblings);
      }
      branches.forEach(all::add);
      return both(all, at);
    }
    if (keyword.equals("oneOf")) {
      requireDisjoint((ArrayNode) branches, at);
    }
    List<Expr> options = new ArrayList<>();
    for (int i = 0; i < branches.size(); i++) {
      JsonNode branch = branches.path(i);
      Expr e =
          siblings.isEmpty()
              ? schema(branch, at + "/" + i)
              : both(List.of(siblings, branch), at + "/" + i);
      if (e != null) {
        options.add(e);
      }
    }
    return options.isEmpty() ? null : new Expr.Choice(options);
  }

  private void requireDisjoint(ArrayNode branches, String place) {
    for (int i = 0; i < branches.size(); i++) {
      for (int k = i + 1; k < branches.size(); k++) {
        if (!SchemaMerge.disjoint(
            resolved(branches.path(i), place), resolved(branches.path(k), place))) {
          throw error(
              place,
              "branches %d and %d may fit the same value, which oneOf forbids; use anyOf, or give them different types or a required property with different constants"
                  .formatted(i, k));
        }
      }
    }
  }

  /** What a schema that is only a reference leads to. */
  private JsonNode resolved(JsonNode schema, String place) {
    JsonNode at = schema;
    for (int i = 0; i < DEEPEST && at.has("$ref"); i++) {
      at = target(text(at.path("$ref"), place), place);
    }
    return at;
  }

  /** The values that fit all of several schemas. */
  private @Nullable Expr both(List<JsonNode> schemas, String place) {
    ObjectNode merged = null;
    for (JsonNode schema : schemas) {
      List<JsonNode> parts = new ArrayList<>();
      flatten(schema, place, parts, 0);
      for (JsonNode part : parts) {
        if (part.isBoolean()) {
          if (!part.booleanValue()) {
            return null;
          }
          continue;
        }
        if (!(part instanceof ObjectNode object)) {
          throw error(place, "a schema is an object, true or false; mend it");
        }
        try {
          merged = merged == null ? object : SchemaMerge.merge(merged, object);
        } catch (SchemaMerge.Unmergeable e) {
          throw error(
              place,
              "'%s' is asked for twice in ways that cannot be put together; say it once"
                  .formatted(e.keyword()));
        }
        if (merged == null) {
          return null;
        }
      }
    }
    return merged == null ? Expr.rule(JsonText.VALUE) : schema(merged, place);
  }

  /** Takes references and {@code allOf} at the top of a schema apart. */
  private void flatten(JsonNode schema, String place, List<JsonNode> into, int level) {
    if (level > DEEPEST || into.size() > 1000) {
      throw error(place, "these schemas refer to each other without end; break the circle");
    }
    if (!(schema instanceof ObjectNode object) || !schema.has("$ref") && !schema.has("allOf")) {
      into.add(schema);
      return;
    }
    ObjectNode rest = object.deepCopy();
    JsonNode reference = rest.remove("$ref");
    JsonNode all = rest.remove("allOf");
    rest.properties().stream()
        .map(Map.Entry::getKey)
        .filter(JsonSchemaGrammar::isAnnotation)
        .toList()
        .forEach(rest::remove);
    if (!rest.isEmpty()) {
      into.add(rest);
    }
    if (reference != null) {
      flatten(target(text(reference, place), place), place, into, level + 1);
    }
    if (all != null) {
      for (JsonNode branch : all) {
        flatten(branch, place, into, level + 1);
      }
    }
  }

  private static Set<String> typeNames(JsonNode type, String place) {
    Set<String> names = SchemaMerge.names(type);
    if (names.isEmpty() || !TYPES.containsAll(names)) {
      throw error(
          place + "/type",
          "%s is not a type; they are %s".formatted(type, String.join(", ", TYPES)));
    }
    return names;
  }

  private @Nullable Expr types(ObjectNode schema, String place) {
    Set<String> types = new LinkedHashSet<>();
    if (schema.has("type")) {
      types.addAll(typeNames(schema.path("type"), place));
    } else {
      KEYWORDS.forEach((type, keywords) -> {
        if (keywords.stream().anyMatch(schema::has)) {
          types.add(type);
        }
      });
    }
    if (types.isEmpty()) {
      return Expr.rule(JsonText.VALUE);
    }
    List<Expr> options = new ArrayList<>();
    for (String type : types) {
      Expr e =
          switch (type) {
            case "object" -> new ObjectSchema(this, schema, place).expr();
            case "array" -> array(schema, place);
            case "string" -> StringSchema.expr(schema, place);
            case "number" -> NumberRanges.decimals(SchemaNumbers.bounds(schema, place));
            case "integer" ->
                types.contains("number")
                    ? null
                    : NumberRanges.integers(SchemaNumbers.bounds(schema, place));
            case "boolean" -> JsonText.BOOLEAN;
            default -> JsonText.NULL;
          };
      if (e != null) {
        options.add(e);
      }
    }
    return options.isEmpty() ? null : new Expr.Choice(options);
  }

  static String text(JsonNode n, String place) {
    if (!n.isString()) {
      throw error(place, "a string is needed; mend it");
    }
    return n.stringValue();
  }

  private @Nullable Expr array(ObjectNode schema, String place) {
    JsonNode unique = schema.get("uniqueItems");
    if (unique != null && !(unique.isBoolean() && !unique.booleanValue())) {
      throw error(
          place + "/uniqueItems",
          "this keyword is not supported; leave it out, and check the reply for it");
    }
    JsonNode prefix = schema.path("prefixItems");
    JsonNode items = schema.get("items");
    if (items != null && items.isArray()) {
      throw error(
          place + "/items", "a list of schemas is 'prefixItems' since draft 2020-12; rename it");
    }
    int min = SchemaNumbers.count(schema, "minItems", 0, place);
    int max = SchemaNumbers.count(schema, "maxItems", Expr.Repeat.UNLIMITED, place);
    if (items == null && prefix.size() > 0 && min <= prefix.size()) {
      max = max == Expr.Repeat.UNLIMITED ? prefix.size() : Math.min(max, prefix.size());
    }
    Expr element = items == null ? Expr.rule(JsonText.VALUE) : schema(items, place + "/items");
    if (element == null) {
      max = max == Expr.Repeat.UNLIMITED ? prefix.size() : Math.min(max, prefix.size());
      element = Expr.EMPTY;
    }
    if (max != Expr.Repeat.UNLIMITED && max < min) {
      return null;
    }
    Expr rest = rest(element, min, max, prefix.size());
    for (int i = prefix.size() - 1; i >= 0 && prefix.size() > 0; i--) {
      Expr own =
          max != Expr.Repeat.UNLIMITED && i >= max
              ? null
              : schema(prefix.path(i), place + "/prefixItems/" + i);
      if (own == null) {
        if (i < min) {
          return null;
        }
        rest = Expr.EMPTY;
        continue;
      }
      Expr more = i == 0 ? Expr.sequence(own, rest) : Expr.sequence(JsonText.COMMA, own, rest);
      rest = i < min ? more : Expr.optional(more);
    }
    return JsonText.array(rest);
  }

  /** The elements behind so many others. */
  private static Expr rest(Expr element, int min, int max, int before) {
    if (before == 0) {
      return JsonText.list(element, min, max);
    }
    int most = max == Expr.Repeat.UNLIMITED ? max : Math.max(0, max - before);
    return Expr.repeat(Expr.sequence(JsonText.COMMA, element), Math.max(0, min - before), most);
  }

  /** The type that a keyword is about; null for those that are about all. */
  static @Nullable String typeOf(String keyword) {
    for (Map.Entry<String, Set<String>> e : KEYWORDS.entrySet()) {
      if (e.getValue().contains(keyword)) {
        return e.getKey();
      }
    }
    return null;
  }

  /** A place as errors name it: in one line, whatever the names of properties are. */
  static String where(String place) {
    String escaped = written(place);
    return "the JSON Schema at '#" + escaped.substring(1, escaped.length() - 1) + "'";
  }

  static OcelliException error(String place, String problem) {
    return new OcelliException(OcelliException.Kind.USAGE, where(place) + ": " + problem);
  }

  /** Adds a rule for a part of a schema. */
  Expr rule(Expr body, String place, String what) {
    String name = "%s (%s, %d)".formatted(where(place), what, rules.size());
    rules.put(name, body);
    return Expr.rule(name);
  }

  /** A value as JSON text. */
  static String written(Object value) {
    return JSON.writeValueAsString(value);
  }
}
