package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.media.FrameList;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.MediaOpener;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A set of questions about pictures, one JSON object a line.
 *
 * @param questions in the order of the file
 */
record EvalSet(List<Question> questions) {
  /** A field that reference implementations fill; it is compared beside the expected answer. */
  private static final String REFERENCE = "hf";

  private static final int MOST_BYTES = 256 << 20;

  /**
   * A question.
   *
   * @param line of the file, counted from 1
   * @param id names it
   * @param kind what is asked
   * @param images files of pictures, or the frames of a clip
   * @param fps frames a second when the images are a clip, else null
   * @param prompt the question
   * @param expected the right answer
   * @param reference what the reference implementation answered, or null
   * @param promptTokens tokens of the prompt in the reference implementation, or null
   */
  record Question(
      int line,
      String id,
      String kind,
      List<Path> images,
      @Nullable Double fps,
      String prompt,
      String expected,
      @Nullable String reference,
      @Nullable Integer promptTokens) {

    /** Opens the pictures. */
    MediaList open(MediaOpener opener) {
      List<Media> media = new ArrayList<>();
      List<String> names = new ArrayList<>();
      if (fps != null) {
        media.add(new Media.Clip(FrameList.of(id, images, fps, opener), VideoOptions.FRAME_LIST));
        names.add(id);
      } else {
        for (Path image : images) {
          PictureSource source = opener.picture(image);
          media.add(new Media.Picture(source, ImageOptions.DEFAULT));
          names.add(source.name());
        }
      }
      return new MediaList(media, names);
    }
  }

  /**
   * Reads a set.
   *
   * @param against the field of the right answer
   * @param kind take only lines of this kind, or null
   * @param limit take at most so many lines
   */
  static EvalSet read(Path file, String against, @Nullable String kind, int limit) {
    List<Question> questions = new ArrayList<>();
    JsonMapper mapper = JsonMapper.shared();
    Path folder = file.toAbsolutePath().getParent();
    int number = 0;
    for (String line : InputFiles.text(file, "a set of questions", MOST_BYTES).split("\\R", -1)) {
      number++;
      if (line.isBlank()) {
        continue;
      }
      Line parsed = new Line(file, number, tree(mapper, line, file, number));
      if (kind == null || kind.equals(parsed.text("kind", "all"))) {
        questions.add(parsed.question(folder, against));
      }
      if (questions.size() == limit) {
        break;
      }
    }
    if (questions.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT,
          file
              + ": has no questions"
              + (kind == null ? "" : " of kind '" + kind + "'")
              + "; name another set");
    }
    return new EvalSet(questions);
  }

  private static JsonNode tree(JsonMapper mapper, String line, Path file, int number) {
    try {
      JsonNode node = mapper.readTree(line);
      if (node.isObject()) {
        return node;
      }
      throw new OcelliException(
          Kind.INPUT, "%s: line %d is no JSON object; mend it".formatted(file, number));
    } catch (JacksonException e) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: line %d is no JSON (%s); mend it".formatted(file, number, e.getOriginalMessage()),
          e);
    }
  }

  /** Whether any question has a picture. */
  boolean needsVision() {
    return questions.stream().anyMatch(q -> !q.images().isEmpty());
  }

  /** One line of the file, with errors that name it. */
  private record Line(Path file, int number, JsonNode node) {

    Question question(@Nullable Path folder, String against) {
      String prompt = text("prompt", null);
      if (prompt.isBlank()) {
        throw wrong("prompt", "is empty", "say what the model shall do");
      }
      return new Question(
          number,
          text("id", Integer.toString(number)),
          text("kind", "all"),
          images(folder),
          fps(),
          prompt,
          answer(against),
          against.equals(REFERENCE) || !has(REFERENCE) ? null : text(REFERENCE, null),
          promptTokens());
    }

    private List<Path> images(@Nullable Path folder) {
      List<Path> images = new ArrayList<>();
      if (has("images")) {
        if (!node.path("images").isArray()) {
          throw wrong("images", "is no array", "give the names of files in one");
        }
        for (JsonNode image : node.path("images")) {
          if (!image.isString() || image.asString().isEmpty()) {
            throw wrong("images", "holds " + image + ", which is no file's name", "mend it");
          }
          Path path = InputFiles.path(image.asString());
          images.add(folder == null ? path : folder.resolve(path));
        }
      }
      return List.copyOf(images);
    }

    private @Nullable Double fps() {
      if (!has("fps")) {
        return null;
      }
      JsonNode fps = node.path("fps");
      if (!fps.isNumber() || !(fps.asDouble() >= 0.001 && fps.asDouble() <= 1000)) {
        throw wrong("fps", "is " + fps, "give frames a second from 0.001 to 1000");
      }
      if (node.path("images").isEmpty()) {
        throw wrong("fps", "is given without images", "name the frames of the clip");
      }
      return fps.asDouble();
    }

    private @Nullable Integer promptTokens() {
      if (!has("prompt_tokens")) {
        return null;
      }
      JsonNode tokens = node.path("prompt_tokens");
      if (!tokens.isInt()) {
        throw wrong("prompt_tokens", "is " + tokens, "give a whole number");
      }
      return tokens.asInt();
    }

    private boolean has(String field) {
      return node.has(field) && !node.path(field).isNull();
    }

    private OcelliException wrong(String field, String what, String remedy) {
      return new OcelliException(
          Kind.INPUT,
          "%s: line %d: field '%s' %s; %s".formatted(file, number, field, what, remedy));
    }

    private String answer(String field) {
      JsonNode value = node;
      for (String part : field.split("\\.", -1)) {
        value = value.path(part);
      }
      return string(field, value, null);
    }

    String text(String field, @Nullable String otherwise) {
      return string(field, node.path(field), otherwise);
    }

    private String string(String field, JsonNode value, @Nullable String otherwise) {
      if (value.isString() || value.isNumber() && otherwise != null) {
        return value.asString();
      }
      if (otherwise != null && (value.isMissingNode() || value.isNull())) {
        return otherwise;
      }
      throw new OcelliException(
          Kind.INPUT,
          "%s: line %d: field '%s' is missing or is no text; add it or choose another with --against"
              .formatted(file, number, field));
    }
  }
}
