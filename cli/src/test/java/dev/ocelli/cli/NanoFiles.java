package dev.ocelli.cli;

import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;

/** Nano's files among the test resources. */
public final class NanoFiles {
  private NanoFiles() {}

  /** The language model with F16 weights. */
  public static Path text() {
    return resource("/nano/qwen3vl-nano-F16.gguf");
  }

  /** The vision file with F16 weights. */
  public static Path vision() {
    return resource("/nano/mmproj-qwen3vl-nano-F16.gguf");
  }

  /** A language model with another tokenizer. */
  public static Path other() {
    return resource("/reference/models/tiny-dense/tiny-dense-f32.gguf");
  }

  /** The evaluation set, with its pictures beside it. */
  public static Path evaluationSet() {
    return resource("/eval/eval.jsonl");
  }

  private static Path resource(String name) {
    URL url = NanoFiles.class.getResource(name);
    if (url == null) {
      throw new IllegalStateException("no test resource " + name);
    }
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
