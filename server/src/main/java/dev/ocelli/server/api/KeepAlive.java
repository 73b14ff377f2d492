package dev.ocelli.server.api;

import dev.ocelli.server.wire.Fields;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Ollama's {@code keep_alive}: how long a model stays loaded after its last request. */
final class KeepAlive {
  private static final Pattern PART = Pattern.compile("(\\d{1,9}(?:\\.\\d{1,9})?)(ms|s|m|h)");
  private static final double MOST_SECONDS = 1e9;

  private KeepAlive() {}

  /**
   * Reads the field: a number of seconds, or a text such as {@code 5m} or {@code 1h30m}.
   *
   * @return zero to unload at once; null, for what is negative, to keep the model
   */
  static @Nullable Duration read(Fields f) {
    JsonNode node = f.require("keep_alive");
    if (node.isNumber()) {
      return duration(node.doubleValue());
    }
    String text = node.isString() ? node.stringValue().strip() : "";
    boolean negative = text.startsWith("-");
    String rest = negative ? text.substring(1) : text;
    if (rest.matches("\\d{1,9}")) {
      return duration(Double.parseDouble(text));
    }
    double seconds = 0;
    Matcher m = PART.matcher(rest);
    int end = 0;
    while (m.find() && m.start() == end) {
      seconds += Double.parseDouble(m.group(1)) * factor(m.group(2));
      end = m.end();
    }
    if (rest.isEmpty() || end < rest.length()) {
      throw f.error(
          "keep_alive", "is %s; give seconds, or a text such as 5m; 0 unloads".formatted(node));
    }
    return duration(negative ? -seconds : seconds);
  }

  private static double factor(String unit) {
    return switch (unit) {
      case "ms" -> 1e-3;
      case "s" -> 1;
      case "m" -> 60;
      default -> 3600;
    };
  }

  private static @Nullable Duration duration(double seconds) {
    return seconds < 0 || seconds > MOST_SECONDS
        ? null
        : Duration.ofMillis(Math.round(seconds * 1000));
  }
}
