package dev.ocelli.cli.console;

import java.io.StringWriter;
import java.util.function.Consumer;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.json.JsonFactory;

/** Writes JSON as commands print it. */
public final class Json {
  private static final JsonFactory FACTORY = new JsonFactory();

  private Json() {}

  /** One value on one line. */
  public static String line(Consumer<JsonGenerator> value) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
      value.accept(out);
    }
    return text.toString();
  }

  /** A number, or null where there is none: JSON knows neither NaN nor infinity. */
  public static void number(JsonGenerator out, String name, double value) {
    if (Double.isFinite(value)) {
      out.writeNumberProperty(name, value);
    } else {
      out.writeNullProperty(name);
    }
  }

  /** A number with three decimals: times and rates have no more meaning. */
  public static void rounded(JsonGenerator out, String name, double value) {
    number(out, name, Math.rint(value * 1000) / 1000);
  }
}
