package dev.ocelli.cli.batch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Requests for tests of {@code ocelli batch}. */
final class BatchFixture {
  static final Path EXAMPLES = Path.of("..", "examples").toAbsolutePath().normalize();

  private BatchFixture() {}

  /** Writes requests with pictures and without, equal ones, OpenAI's, and one that fails. */
  static Path requests(Path folder, int count) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String picture = EXAMPLES + (i % 2 == 0 ? "/ring-heart.png" : "/heart-diamond-circle.png");
      lines.add(
          switch (i % 5) {
            case 0 ->
                "{\"image\": \"%s\", \"prompt\": \"Describe this image, %d.\"}"
                    .formatted(picture, i);
            case 1 ->
                "{\"custom_id\": \"open-%d\", \"method\": \"POST\", \"url\": \"/v1/chat/completions\", \"body\": {\"messages\": [{\"role\": \"user\", \"content\": \"Hi %d\"}], \"max_tokens\": 9}}"
                    .formatted(i, i);
            case 2 -> "{\"id\": \"same-%d\", \"image\": [\"%s\"]}".formatted(i, picture);
            case 3 -> "{\"id\": \"gone-%d\", \"image\": \"gone.png\"}".formatted(i);
            default -> "{\"prompt\": \"Say %d\", \"system\": \"Be brief.\"}".formatted(i);
          });
    }
    return Files.write(folder.resolve("in.jsonl"), lines);
  }
}
