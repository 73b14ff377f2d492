package dev.ocelli.engine.testing;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where the fixtures lie: the layout of the folder {@code reference}. */
public final class Fixtures {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Fixtures() {}

  /** A JSON file of the fixtures. */
  public static JsonNode json(String name) {
    return JSON.readTree(path(name));
  }

  /**
   * A file or folder of the fixtures.
   *
   * @param name below {@code reference/}, for example {@code "models/tiny-dense/config.json"}
   */
  public static Path path(String name) {
    URL url = Fixtures.class.getResource("/reference/" + name);
    if (url == null) {
      throw new IllegalArgumentException("no fixture " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
