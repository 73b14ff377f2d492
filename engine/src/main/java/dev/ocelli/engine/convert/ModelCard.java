package dev.ocelli.engine.convert;

import dev.ocelli.engine.tensor.ModelFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields before the text of a model's {@code README.md}. Of YAML, what such cards consist of:
 * {@code key: value} and lists of values, on one line or several; anything else is passed over.
 */
final class ModelCard {
  private static final long MOST_BYTES = 16 << 20;
  private static final Pattern FIELD = Pattern.compile("([A-Za-z_][\\w-]*):(?:\\s+(.*))?");
  private static final Pattern ITEM = Pattern.compile("\\s*-\\s+(.*)");

  private final Map<String, List<String>> fields = new LinkedHashMap<>();

  private ModelCard() {}

  /** Reads the card of a folder; without one there are no fields. */
  static ModelCard read(Path folder) {
    ModelCard card = new ModelCard();
    Path file = folder.resolve("README.md");
    if (Files.exists(file)) {
      byte[] text = ModelFiles.read(file, "a model card", MOST_BYTES);
      card.parse(new String(text, StandardCharsets.UTF_8).lines().toList());
    }
    return card;
  }

  private void parse(List<String> lines) {
    int end = lines.isEmpty() || !lines.getFirst().equals("---") ? -1 : lines.lastIndexOf("---");
    List<String> open = new ArrayList<>();
    for (int i = 1; i < end && !lines.get(i).equals("---"); i++) {
      Matcher field = FIELD.matcher(lines.get(i));
      Matcher item = ITEM.matcher(lines.get(i));
      if (field.matches()) {
        open = new ArrayList<>();
        fields.put(field.group(1), open);
        String value = field.group(2) == null ? "" : plain(field.group(2));
        if (value.startsWith("[") && value.endsWith("]")) {
          List<String> list = open;
          Arrays.stream(value.substring(1, value.length() - 1).split(","))
              .map(ModelCard::plain)
              .filter(s -> !s.isEmpty())
              .forEach(list::add);
        } else if (!value.isEmpty()) {
          open.add(value);
        }
      } else if (item.matches()) {
        open.add(plain(item.group(1)));
      }
    }
  }

  /** Without comment and quotation marks. */
  private static String plain(String value) {
    String s = value.strip();
    char quote = s.isEmpty() ? ' ' : s.charAt(0);
    int close = s.lastIndexOf(quote);
    if ((quote == '"' || quote == '\'') && close > 0) {
      return s.substring(1, close);
    }
    int comment = s.indexOf(" #");
    return comment < 0 ? s : s.substring(0, comment).strip();
  }

  /** The values of all these fields, one after the other. */
  List<String> all(String... names) {
    List<String> values = new ArrayList<>();
    for (String name : names) {
      values.addAll(fields.getOrDefault(name, List.of()));
    }
    return values;
  }

  /** The value of a field, several joined by commas; null when there is none. */
  @Nullable String find(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? null : String.join(",", values);
  }
}
