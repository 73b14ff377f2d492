package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.VideoOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
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

  /**
   * A question.
   *
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
    if (Files.isDirectory(file)) {
      throw new OcelliException(Kind.INPUT, file + ": is a directory; name the set's .jsonl file");
    }
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      int number = 0;
      for (String line = reader.readLine();
          line != null && questions.size() < limit;
          line = reader.readLine()) {
        number++;
        if (line.isBlank()) {
          continue;
        }
        Line parsed = new Line(file, number, tree(mapper, line, file, number));
        if (kind == null || kind.equals(parsed.text("kind", "all"))) {
          questions.add(parsed.question(folder, against));
        }
      }
    } catch (IOException e) {
      throw InputFiles.unreadable(file, "a set of questions", e);
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
      List<Path> images = new ArrayList<>();
      for (JsonNode image : node.path("images")) {
        Path path = InputFiles.path(image.asString(""));
        images.add(folder == null ? path : folder.resolve(path));
      }
      JsonNode fps = node.path("fps");
      JsonNode tokens = node.path("prompt_tokens");
      JsonNode reference = node.path(REFERENCE);
      return new Question(
          text("id", Integer.toString(number)),
          text("kind", "all"),
          List.copyOf(images),
          fps.isNumber() ? fps.asDouble() : null,
          text("prompt", null),
          answer(against),
          reference.isString() && !against.equals(REFERENCE) ? reference.asString() : null,
          tokens.isInt() ? tokens.asInt() : null);
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
      if (value.isString()) {
        return value.asString();
      }
      if (otherwise != null) {
        return otherwise;
      }
      throw new OcelliException(
          Kind.INPUT,
          "%s: line %d: field '%s' is missing or is no text; add it or choose another with --against"
              .formatted(file, number, field));
    }
  }
}
