package dev.ocelli.engine.extract;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.grounding.Shape;
import dev.ocelli.engine.runtime.Control;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.runtime.Reply;
import dev.ocelli.engine.runtime.Request;
import dev.ocelli.engine.sampling.Sampling;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads fields out of pictures: makes the request that a model answers in the form of a schema, and
 * takes its reply apart. Greedy, so that the same picture gives the same fields.
 *
 * @param schema what is to be read
 * @param prompt what the model is asked
 * @param maxTokens most tokens of a reply
 * @param calibration of confidence
 */
public record Extractor(
    ExtractionSchema schema, String prompt, int maxTokens, Calibration calibration) {
  /** Enough for a page of fields with boxes. */
  public static final int MAX_TOKENS = 4096;

  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** One with the usual prompt. */
  public static Extractor of(ExtractionSchema schema) {
    return new Extractor(schema, prompt(schema), MAX_TOKENS, Calibration.NONE);
  }

  /** What models are asked where nothing else is said. */
  public static String prompt(ExtractionSchema schema) {
    String boxes =
        schema.wrapped()
            ? " Give each value with bbox_2d, the box [x1, y1, x2, y2] in which it is seen, in parts of a thousand of the picture's width and height, or null."
            : "";
    return "Extract what this JSON Schema describes from the picture. Answer with JSON alone. Write values as they are in the picture and invent none.%s\n\n%s"
        .formatted(boxes, schema.schema());
  }

  /** The request about one picture. */
  public Request request(Media media) {
    Content place = media instanceof Media.Picture ? new Content.Image() : new Content.Video();
    return new Request(
            List.of(Message.user(List.of(place, new Content.Text(prompt)))),
            List.of(media),
            List.of(),
            Sampling.greedy(),
            maxTokens,
            List.of(),
            0)
        .with(Control.DEFAULT.withConstraint(schema.constraint()));
  }

  /**
   * Takes a reply apart.
   *
   * @param bytes of a token
   * @throws OcelliException INPUT when the reply is cut
   */
  public Extraction read(Reply reply, IntFunction<byte[]> bytes) {
    if (reply.finish() == Reply.Finish.LENGTH || reply.finish() == Reply.Finish.CONTEXT) {
      throw new OcelliException(
          Kind.INPUT,
          "the reply was cut after %d tokens; give it more, or a schema with fewer values"
              .formatted(reply.tokens().size()));
    }
    if (reply.finish() == Reply.Finish.REPETITION) {
      throw new OcelliException(
          Kind.INPUT,
          "the reply only repeats itself; limit its lists (maxItems) and texts (maxLength) in the schema");
    }
    Walk walk = new Walk(new TokenSpans(reply, bytes));
    JsonNode data = walk.take(ValueTree.read(reply.text()), "", null);
    return new Extraction(data, walk.fields);
  }

  /** Goes through a reply's values. */
  private final class Walk {
    private final TokenSpans spans;
    private final List<Extraction.Field> fields = new ArrayList<>();

    Walk(TokenSpans spans) {
      this.spans = spans;
    }

    /**
     * Collects fields and returns the data without wrapping.
     *
     * @param box of what the value belongs to
     */
    private JsonNode take(ValueTree tree, String path, Shape.@Nullable Box box) {
      return switch (tree) {
        case ValueTree.Value v -> {
          double p = spans.probability(v.start(), v.end());
          fields.add(
              new Extraction.Field(
                  path, v.value(), p, calibration.confidence(p), box, v.start(), v.end()));
          yield v.value();
        }
        case ValueTree.Elements e -> {
          ArrayNode out = JSON.arrayNode();
          for (ValueTree element : e.all()) {
            out.add(take(element, path + "/" + out.size(), box));
          }
          yield out;
        }
        case ValueTree.Members m -> members(m.all(), path, box);
      };
    }

    private JsonNode members(Map<String, ValueTree> all, String path, Shape.@Nullable Box outer) {
      ValueTree place = all.get(ExtractionSchema.BOX);
      Shape.Box box = place == null ? outer : box(place);
      ValueTree value = all.get(ExtractionSchema.VALUE);
      if (schema.wrapped() && place != null && value != null) {
        return take(value, path, box);
      }
      ObjectNode out = JSON.objectNode();
      all.forEach((name, tree) -> {
        boolean own = name.equals(ExtractionSchema.BOX);
        String at = path + "/" + pointer(name);
        out.set(name, own ? plain(tree) : take(tree, at, box));
      });
      return out;
    }
  }

  private static JsonNode plain(ValueTree tree) {
    return switch (tree) {
      case ValueTree.Value v -> v.value();
      case ValueTree.Elements e -> {
        ArrayNode out = JSON.arrayNode();
        e.all().forEach(t -> out.add(plain(t)));
        yield out;
      }
      case ValueTree.Members m -> {
        ObjectNode out = JSON.objectNode();
        m.all().forEach((name, t) -> out.set(name, plain(t)));
        yield out;
      }
    };
  }

  private static Shape.@Nullable Box box(ValueTree tree) {
    return box(plain(tree));
  }

  /** The box of four numbers; null for anything else. */
  static Shape.@Nullable Box box(JsonNode list) {
    if (list.size() != 4 || !list.valueStream().allMatch(JsonNode::isNumber)) {
      return null;
    }
    double[] n = list.valueStream().mapToDouble(JsonNode::doubleValue).toArray();
    for (double v : n) {
      if (!Double.isFinite(v)) {
        return null;
      }
    }
    return Shape.Box.of(n[0], n[1], n[2], n[3]);
  }

  /** A name as a JSON pointer has it. */
  static String pointer(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
