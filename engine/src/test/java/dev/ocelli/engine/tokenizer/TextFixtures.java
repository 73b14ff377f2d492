package dev.ocelli.engine.tokenizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The tokenizer and template fixtures under {@code src/test/resources/reference}. */
public final class TextFixtures {
  private static final JsonMapper JSON = JsonMapper.shared();

  private TextFixtures() {}

  /** The published vocabulary of 151,936 tokens. */
  public static Tokenizer full() {
    return Full.TOKENIZER;
  }

  /** The vocabulary of 1,024 tokens that the tiny models share. */
  public static Tokenizer tiny() {
    return Tiny.TOKENIZER;
  }

  private static final class Full {
    static final Tokenizer TOKENIZER = Tokenizer.of(fullData());
  }

  private static final class Tiny {
    static final Tokenizer TOKENIZER = Tokenizer.of(tinyData());
  }

  public static TokenizerData tinyData() {
    String folder = "models/tiny-dense/";
    return TokenizerJson.read(
        "tiny-dense/tokenizer.json",
        bytes(folder + "tokenizer.json"),
        bytes(folder + "tokenizer_config.json"),
        bytes(folder + "generation_config.json"));
  }

  public static TokenizerData fullData() {
    Map<String, Object> metadata;
    try (InputStream in = new GZIPInputStream(open("tokenizer/qwen3vl-vocab.gguf.gz"))) {
      metadata = new Metadata(in.readAllBytes()).read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    List<String> tokens = strings(metadata, "tokenizer.ggml.tokens");
    int[] types =
        ((List<?>) Objects.requireNonNull(metadata.get("tokenizer.ggml.token_type")))
            .stream().mapToInt(v -> ((Number) v).intValue()).toArray();
    return new TokenizerData(
        "qwen3vl-vocab.gguf",
        String.valueOf(metadata.get("tokenizer.ggml.model")),
        String.valueOf(metadata.get("tokenizer.ggml.pre")),
        tokens,
        types,
        strings(metadata, "tokenizer.ggml.merges"),
        new TokenizerData.Special(
            List.of(integer(metadata, "tokenizer.ggml.eos_token_id")),
            integer(metadata, "tokenizer.ggml.padding_token_id"),
            Boolean.TRUE.equals(metadata.get("tokenizer.ggml.add_bos_token"))));
  }

  private static int integer(Map<String, Object> metadata, String key) {
    return ((Number) Objects.requireNonNull(metadata.get(key))).intValue();
  }

  private static List<String> strings(Map<String, Object> metadata, String key) {
    return ((List<?>) Objects.requireNonNull(metadata.get(key)))
        .stream().map(String::valueOf).toList();
  }

  /** A fixture as JSON. */
  public static JsonNode json(String name) {
    return JSON.readTree(bytes(name));
  }

  /** A fixture as text. */
  public static String text(String name) {
    return new String(bytes(name), StandardCharsets.UTF_8);
  }

  /** A fixture's bytes. */
  public static byte[] bytes(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InputStream open(String name) {
    return Objects.requireNonNull(
        TextFixtures.class.getResourceAsStream("/reference/" + name), name);
  }

  /** A NumPy array of 32-bit integers. */
  public static int[] npyInts(String name) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes(name)).order(ByteOrder.LITTLE_ENDIAN);
    int header = Short.toUnsignedInt(buffer.getShort(8));
    buffer.position(10 + header);
    int[] values = new int[buffer.remaining() / 4];
    buffer.asIntBuffer().get(values);
    return values;
  }

  /** A file of the reference folder beside the project, which is not part of it. */
  public static Optional<Path> beside(String name) {
    for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
      Path file = p.resolve("shared").resolve("reference").resolve(name);
      if (Files.exists(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Reads the key-value part of a sound GGUF file. */
  private static final class Metadata {
    private final ByteBuffer in;

    Metadata(byte[] file) {
      in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    }

    Map<String, Object> read() {
      in.position(16);
      long count = in.getLong();
      Map<String, Object> values = new HashMap<>();
      for (long i = 0; i < count; i++) {
        String key = string();
        values.put(key, value(in.getInt()));
      }
      return values;
    }

    private String string() {
      byte[] bytes = new byte[(int) in.getLong()];
      in.get(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }

    private Object value(int type) {
      return switch (type) {
        case 0, 1 -> (int) in.get();
        case 2, 3 -> (int) in.getShort();
        case 4, 5 -> in.getInt();
        case 6 -> in.getFloat();
        case 7 -> in.get() != 0;
        case 8 -> string();
        case 9 -> {
          int element = in.getInt();
          long count = in.getLong();
          List<Object> list = new ArrayList<>();
          for (long i = 0; i < count; i++) {
            list.add(value(element));
          }
          yield list;
        }
        case 10, 11 -> in.getLong();
        case 12 -> in.getDouble();
        default -> throw new IllegalStateException("type " + type);
      };
    }
  }
}
