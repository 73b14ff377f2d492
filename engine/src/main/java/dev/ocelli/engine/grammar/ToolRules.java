package dev.ocelli.engine.grammar;

import dev.ocelli.engine.OcelliException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which tools a reply may call and how.
 *
 * @param tools JSON descriptions as maps: {@code {"type": "function", "function": {"name": ...,
 *     "parameters": SCHEMA, "strict": true}}} or the inner object alone
 * @param choice whether tools are called
 * @param parallel whether there may be more calls than one
 */
public record ToolRules(List<Map<String, Object>> tools, ToolChoice choice, boolean parallel) {
  /** No tools. */
  public static final ToolRules NONE = new ToolRules(List.of(), ToolChoice.AUTO, true);

  /** Takes over the tools. */
  public ToolRules {
    tools = List.copyOf(tools);
  }

  /** Whether calls are to be found in the reply. */
  public boolean mayCall() {
    return !tools.isEmpty() && !(choice instanceof ToolChoice.None);
  }

  /** Whether the reply consists of calls. */
  boolean mustCall() {
    return choice instanceof ToolChoice.Required || choice instanceof ToolChoice.Named;
  }

  /** Whether calls are held to something even though the model decides whether to call. */
  boolean heldTo() {
    return mayCall() && (!parallel || functions().stream().anyMatch(Function::strict));
  }

  /**
   * A function.
   *
   * @param schema of its arguments; null for any object
   */
  private record Function(String name, @Nullable Map<String, Object> schema, boolean strict) {}

  private List<Function> functions() {
    List<Function> out = new ArrayList<>();
    for (int i = 0; i < tools.size(); i++) {
      out.add(function(tools.get(i), i));
    }
    return out;
  }

  @SuppressWarnings("unchecked")
  private static Function function(Map<String, Object> tool, int index) {
    Map<String, Object> f =
        tool.get("function") instanceof Map<?, ?> inner ? (Map<String, Object>) inner : tool;
    if (!(f.get("name") instanceof String name) || name.isEmpty()) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          "tool %d has no name; give {\"type\": \"function\", \"function\": {\"name\": ...}}"
              .formatted(index + 1));
    }
    Object strict = f.get("strict");
    Map<String, Object> schema = null;
    if (f.get("parameters") instanceof Map<?, ?> given && !Objects.equals(strict, false)) {
      schema = new LinkedHashMap<>((Map<String, Object>) given);
      if (!schema.containsKey("$ref")) {
        schema.putIfAbsent("type", "object"); // arguments are always an object
      }
    }
    return new Function(name, schema, Objects.equals(strict, true));
  }

  /**
   * One or more calls as the templates of the Qwen family write them.
   *
   * @param rules takes the rules that the pattern uses
   * @throws OcelliException USAGE when a schema cannot be used, or the named function is unknown
   */
  Expr calls(Map<String, Expr> rules) {
    List<Expr> options = new ArrayList<>();
    List<Function> all = functions();
    for (int i = 0; i < all.size(); i++) {
      Function f = all.get(i);
      if (choice instanceof ToolChoice.Named n && !n.function().equals(f.name())) {
        continue;
      }
      options.add(
          Expr.sequence(
              Expr.text(
                  "<tool_call>\n{\"name\": "
                      + JsonSchemaGrammar.written(f.name())
                      + ", \"arguments\": "),
              arguments(f, "tool " + (i + 1) + " ", rules),
              Expr.text("}\n</tool_call>")));
    }
    if (options.isEmpty()) {
      throw new OcelliException(
          OcelliException.Kind.USAGE,
          choice instanceof ToolChoice.Named n
              ? "tool_choice names the function '%s', which is not among the tools; the tools are %s"
                  .formatted(n.function(), all.stream().map(Function::name).toList())
              : "tool_choice asks for a call, but there are no tools; give some");
    }
    rules.put("tool call", new Expr.Choice(options));
    Expr call = Expr.rule("tool call");
    Expr more = Expr.many(Expr.sequence(Expr.text("\n"), call));
    return parallel ? Expr.sequence(call, more) : call;
  }

  private static Expr arguments(Function f, String prefix, Map<String, Expr> rules) {
    Map<String, Object> schema = f.schema();
    Grammar grammar;
    try {
      grammar =
          schema == null ? new Constraint.JsonObject().grammar() : JsonSchemaGrammar.of(schema);
    } catch (OcelliException e) {
      throw e.in("parameters of the tool '" + f.name() + "'");
    }
    rules.putAll(grammar.renamed(prefix));
    return Expr.rule(prefix + grammar.root());
  }
}
