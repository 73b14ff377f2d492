package dev.ocelli.engine.chat.jinja;

import dev.ocelli.engine.OcelliException;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A chat template in the Jinja language, as model files carry them.
 *
 * <p>Renders what Hugging Face's engine renders (Jinja 3.1 with {@code trim_blocks}, {@code
 * lstrip_blocks}, loop controls, {@code tojson} by {@code json.dumps}, {@code raise_exception} and
 * {@code strftime_now}) or fails: what is not supported is an error, at parse time wherever its
 * name shows. A template cannot hang the program: the work of one rendering is limited.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Template {
  /** Longest template taken, in characters; real ones have some ten thousand. */
  private static final int MAX_LENGTH = 1 << 20;

  private final String origin;
  private final List<Statement> body;
  private final Set<String> names;

  private Template(String origin, Parser.Parsed parsed) {
    this.origin = origin;
    this.body = parsed.body();
    this.names = parsed.names();
  }

  /**
   * Parses a template.
   *
   * @param source the template
   * @param origin how errors call it, such as the file it came from
   * @throws OcelliException ({@code MODEL}) if it has an error or uses something not supported;
   *     names origin, line and construct
   */
  public static Template parse(String source, String origin) {
    try {
      if (source.length() > MAX_LENGTH) {
        throw new Fault(
            "the template has "
                + source.length()
                + " characters; at most "
                + MAX_LENGTH
                + " are accepted");
      }
      return new Template(origin, Parser.parse(source));
    } catch (Fault fault) {
      throw fault.toException(origin);
    }
  }

  /** How errors call the template. */
  public String origin() {
    return origin;
  }

  /** Whether any expression of the template reads a variable of this name. */
  public boolean reads(String name) {
    return names.contains(name);
  }

  /**
   * Renders the template. All strings in {@code variables} are literal in the result; a {@link
   * Rendered} among them is taken as it is.
   *
   * @param variables values by name: maps, iterables, strings, numbers, booleans, null
   * @param now what {@code strftime_now} formats
   * @throws OcelliException ({@code INPUT}) if the template refuses the messages by {@code
   *     raise_exception}, ({@code MODEL}) if it cannot be rendered
   */
  public Rendered render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
    try {
      long characters = 0;
      Map<String, Object> taken = new HashMap<>();
      for (Map.Entry<String, ? extends @Nullable Object> entry : variables.entrySet()) {
        characters += Values.characters(entry.getValue());
        taken.put(entry.getKey(), Values.fromJava(entry.getValue()));
      }
      return new Interpreter(new Budget(characters), now).run(body, taken).rendered();
    } catch (Fault fault) {
      throw fault.toException(origin);
    }
  }
}
