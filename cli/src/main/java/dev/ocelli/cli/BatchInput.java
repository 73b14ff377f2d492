package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.FrameFolder;
import dev.ocelli.server.batch.BatchItem;
import dev.ocelli.server.batch.BatchRunner.Question;
import dev.ocelli.server.batch.Checkpoint;
import dev.ocelli.server.batch.Lines;
import dev.ocelli.server.batch.RequestLine;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Fields;
import dev.ocelli.server.wire.Json;
import dev.ocelli.server.wire.Schema;
import dev.ocelli.server.wire.Schema.Type;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The requests of {@code ocelli batch}: lines of a file, or the pictures of a folder. */
final class BatchInput {
  private static final Schema SIMPLE =
      Schema.named("a batch line")
          .field("id", Type.STRING, "Names the request; default: the number of its line.")
          .field("image", Type.ANY, "A picture's file, or several.")
          .field("prompt", Type.STRING, "What is asked; default: -p.")
          .field("system", Type.STRING, "System message; default: -sys.");

  private final Path place;
  private final Asked asked;
  private final List<Path> pictures = new ArrayList<>();
  private final List<BatchItem> items = new ArrayList<>();

  /** Requests in OpenAI's form, by their numbers. */
  private final BitSet openAi = new BitSet();

  private String fingerprint = "";

  /**
   * What is asked where a request does not say.
   *
   * @param schema of JSON Schema that replies fit, or null
   */
  record Asked(@Nullable String prompt, @Nullable String system, @Nullable JsonNode schema) {}

  /**
   * Looks through a file or folder; no picture is opened.
   *
   * @throws OcelliException (INPUT) that names the line that cannot be understood
   */
  BatchInput(Path place, Asked asked) {
    this.place = place;
    this.asked = asked;
    try {
      if (Files.isDirectory(place)) {
        folder();
      } else {
        lines();
      }
    } catch (IOException e) {
      throw InputFiles.unreadable(place, "requests", e);
    }
    if (items.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT, place + ": has no requests; give lines of JSON, or a folder with pictures");
    }
  }

  List<BatchItem> items() {
    return items;
  }

  /** Changes when the requests do. */
  String fingerprint() {
    return fingerprint;
  }

  /** The folder that files of requests are in. */
  Path folderOfFiles() {
    Path parent = place.toAbsolutePath().getParent();
    return Files.isDirectory(place) || parent == null ? place : parent;
  }

  private void folder() throws IOException {
    requirePrompt(asked.prompt(), place.toString());
    List<Path> folders;
    try (Stream<Path> all = Files.walk(place)) {
      folders =
          all.filter(Files::isDirectory)
              .sorted(Comparator.comparing(Path::toString, FrameFolder::compareNames))
              .toList();
    }
    MessageDigest sha = sha256();
    for (Path folder : folders) {
      for (Path picture : FrameFolder.pictures(folder)) {
        String name = place.relativize(picture).toString().replace('\\', '/');
        long size = Files.size(picture);
        long changed = Files.getLastModifiedTime(picture).toMillis();
        sha.update("%s\n%d %d\n".formatted(name, size, changed).getBytes(StandardCharsets.UTF_8));
        items.add(new BatchItem(items.size(), name, pictures.size(), 0));
        pictures.add(picture);
      }
    }
    fingerprint = HexFormat.of().formatHex(sha.digest());
  }

  private void lines() throws IOException {
    MessageDigest sha = sha256();
    try (Lines lines = new Lines(place)) {
      for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
        sha.update(line.bytes());
        sha.update((byte) '\n');
        String key;
        try {
          JsonNode json = Json.parse(line.bytes());
          openAi.set(items.size(), openAi(json));
          key = openAi(json) ? RequestLine.of(json).key() : simpleKey(json, line.number());
        } catch (ApiError e) {
          throw new OcelliException(
              Kind.INPUT, "%s, line %d: %s".formatted(place, line.number(), e.getMessage()), e);
        }
        items.add(new BatchItem(items.size(), key, line.at(), line.bytes().length));
      }
    } catch (ApiError e) {
      throw new OcelliException(Kind.INPUT, place + ", " + e.getMessage(), e);
    }
    fingerprint = HexFormat.of().formatHex(sha.digest());
  }

  private static boolean openAi(JsonNode line) {
    return line.has("body") || line.has("custom_id") || line.has("url");
  }

  private String simpleKey(JsonNode line, long number) {
    Fields f = SIMPLE.read(line, "");
    f.strings("image");
    requirePrompt(f.string("prompt", asked.prompt() == null ? "" : asked.prompt()), "prompt");
    return f.string("id", String.valueOf(number));
  }

  private static void requirePrompt(@Nullable String prompt, String where) {
    if (prompt == null || prompt.isBlank()) {
      throw new OcelliException(
          Kind.INPUT, where + ": there is no prompt; say what is asked, or give -p TEXT");
    }
  }

  /**
   * What a request asks.
   *
   * @throws OcelliException (INPUT) when a picture cannot be read
   */
  Question read(BatchItem item) throws IOException {
    if (!pictures.isEmpty()) {
      return question(List.of(pictures.get((int) item.at())), asked.prompt(), asked.system());
    }
    JsonNode json = Json.parse(Lines.read(place, item.at(), item.length()));
    if (openAi.get((int) item.number())) {
      return RequestLine.of(json).question();
    }
    Fields f = SIMPLE.read(json, "");
    List<Path> files = new ArrayList<>();
    for (String name : f.strings("image")) {
      try {
        files.add(folderOfFiles().resolve(name));
      } catch (InvalidPathException e) {
        throw f.error("image", "'%s' is no file name".formatted(name));
      }
    }
    JsonNode prompt = f.node("prompt");
    JsonNode system = f.node("system");
    return question(
        files,
        prompt == null ? asked.prompt() : prompt.stringValue(),
        system == null ? asked.system() : system.stringValue());
  }

  private Question question(List<Path> files, @Nullable String prompt, @Nullable String system) {
    ObjectNode body = Json.object();
    ArrayNode messages = body.putArray("messages");
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    for (Path file : files) {
      ObjectNode part = content.addObject().put("type", "image_url");
      part.putObject("image_url").put("url", dataUrl(file));
    }
    content.addObject().put("type", "text").put("text", prompt);
    if (asked.schema() != null) {
      ObjectNode format = body.putObject("response_format").put("type", "json_schema");
      format.putObject("json_schema").put("name", "reply").set("schema", asked.schema());
    }
    return new Question("/v1/chat/completions", Json.bytes(body));
  }

  private static String dataUrl(Path file) {
    long most = DecodeLimits.DEFAULT.maxBytes();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes((int) Math.min(most + 1, Integer.MAX_VALUE - 16));
      return "data:image;base64," + Base64.getEncoder().encodeToString(bytes);
    } catch (IOException e) {
      throw InputFiles.unreadable(file, "a picture", e);
    }
  }

  /** An answer as a line of the output. */
  String line(Checkpoint.Finished f) {
    return openAi.get((int) f.item().number())
        ? RequestLine.output(f, requestId(f.item()))
        : simple(f);
  }

  /** Names an answer; the same in every run. */
  String requestId(BatchItem item) {
    return "req_" + sha256(fingerprint + " " + item.number()).substring(0, 32);
  }

  private static String simple(Checkpoint.Finished f) {
    JsonNode body = f.answer().body();
    ObjectNode out = Json.object();
    out.put("id", f.item().key());
    JsonNode choice = body.path("choices").path(0);
    if (body.has("error")) {
      out.set("error", body.path("error").path("message"));
    } else {
      JsonNode message = choice.path("message");
      out.set("text", message.path("content"));
      if (message.path("reasoning_content").isString()) {
        out.set("reasoning", message.path("reasoning_content"));
      }
      out.set("finish_reason", choice.path("finish_reason"));
      out.set("prompt_tokens", body.path("usage").path("prompt_tokens"));
      out.set("completion_tokens", body.path("usage").path("completion_tokens"));
    }
    String sameAs = f.sameAs();
    if (sameAs != null) {
      out.put("same_as", sameAs);
    }
    return Json.line(out);
  }

  /** The SHA-256 of a text in hexadecimal digits. */
  static String sha256(String text) {
    return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
