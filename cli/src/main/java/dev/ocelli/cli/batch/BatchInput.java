package dev.ocelli.cli.batch;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.Document;
import dev.ocelli.media.DocumentOptions;
import dev.ocelli.media.Documents;
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
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The requests of {@code ocelli batch}: lines of a file, or the pictures and pages in a folder.
 *
 * <p>An item of a folder has its file's index in {@link BatchItem#at}, and its page, from 1, in
 * {@link BatchItem#length}; that is 0 for a picture and for a document that cannot be opened.
 */
final class BatchInput {
  private static final Schema SIMPLE =
      Schema.named("a batch line")
          .field("id", Type.STRING, "Names the request; default: the number of its line.")
          .field("image", Type.ANY, "A picture's file, or several.")
          .field("prompt", Type.STRING, "What is asked; default: -p.")
          .field("system", Type.STRING, "System message; default: -sys.");

  private final Path place;
  private final Asked asked;

  /** Pictures and documents of a folder. */
  private final List<Path> files = new ArrayList<>();

  /** Requests of a file of lines. */
  private final List<BatchItem> items = new ArrayList<>();

  /** Requests in OpenAI's form, by their numbers. */
  private final BitSet openAi = new BitSet();

  private String fingerprint = "";

  /**
   * What is asked where a request does not say.
   *
   * @param schema of JSON Schema that replies fit, or null
   * @param password of encrypted documents in a folder, or null
   */
  record Asked(
      @Nullable String prompt,
      @Nullable String system,
      @Nullable JsonNode schema,
      @Nullable String password) {}

  /**
   * Looks through a file or folder; no picture and no document is opened.
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
    if (items.isEmpty() && files.isEmpty()) {
      throw new OcelliException(
          Kind.INPUT,
          place + ": has no requests; give lines of JSON, or a folder with pictures or documents");
    }
  }

  /** All requests in order. Documents of a folder are opened for it, one after the other. */
  List<BatchItem> items() {
    if (files.isEmpty()) {
      return items;
    }
    List<BatchItem> all = new ArrayList<>();
    for (int i = 0; i < files.size(); i++) {
      String name = name(files.get(i));
      int pages = pages(files.get(i));
      if (pages == 0) {
        all.add(new BatchItem(all.size(), name, i, 0));
      }
      for (int page = 1; page <= pages; page++) {
        all.add(new BatchItem(all.size(), name + "#page=" + page, i, page));
      }
    }
    return all;
  }

  private String name(Path file) {
    return place.relativize(file).toString().replace('\\', '/');
  }

  /** The number of a document's pages; 0 for pictures and what is told when it is read. */
  private int pages(Path file) {
    if (!BatchFolder.mayHavePages(file)) {
      return 0;
    }
    try {
      byte[] data = Documents.read(file, DecodeLimits.DEFAULT);
      return Documents.recognises(data) ? open(file, data).pages() : 0;
    } catch (OcelliException e) {
      return 0;
    }
  }

  private Document open(Path file, byte[] data) {
    return Documents.open(data, name(file), DocumentOptions.DEFAULT.with(asked.password(), 0));
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
    MessageDigest sha = sha256();
    for (Path file : BatchFolder.files(place)) {
      long size = Files.size(file);
      long changed = Files.getLastModifiedTime(file).toMillis();
      sha.update(
          "%s\n%d %d\n".formatted(name(file), size, changed).getBytes(StandardCharsets.UTF_8));
      files.add(file);
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
   * @throws OcelliException (INPUT) when a picture or document cannot be read
   */
  Question read(BatchItem item) throws IOException {
    if (!files.isEmpty()) {
      Path file = files.get((int) item.at());
      ObjectNode part = item.length() == 0 ? whole(file) : page(file, item.length());
      return question(List.of(part), asked.prompt(), asked.system());
    }
    JsonNode json = Json.parse(Lines.read(place, item.at(), item.length()));
    if (openAi.get((int) item.number())) {
      return RequestLine.of(json).question();
    }
    Fields f = SIMPLE.read(json, "");
    List<ObjectNode> parts = new ArrayList<>();
    for (String name : f.strings("image")) {
      try {
        parts.add(picture(folderOfFiles().resolve(name)));
      } catch (InvalidPathException e) {
        throw f.error("image", "'%s' is no file name".formatted(name));
      }
    }
    JsonNode prompt = f.node("prompt");
    JsonNode system = f.node("system");
    return question(
        parts,
        prompt == null ? asked.prompt() : prompt.stringValue(),
        system == null ? asked.system() : system.stringValue());
  }

  /** A file of a folder that has no pages: a picture, or a document that could not be opened. */
  private ObjectNode whole(Path file) {
    if (BatchFolder.mayHavePages(file)) {
      byte[] data = Documents.read(file, DecodeLimits.DEFAULT);
      if (BatchFolder.isPdf(file) || Documents.recognises(data)) {
        int pages = open(file, data).pages();
        throw new OcelliException(
            Kind.INPUT,
            "%s: could not be opened when this batch was begun, and has %d pages now; begin anew with --restart"
                .formatted(name(file), pages));
      }
    }
    return picture(file);
  }

  /** A page by its file's name: the document itself would go into each of its requests. */
  private ObjectNode page(Path file, int page) throws IOException {
    if (!file.toRealPath().startsWith(place.toRealPath())) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: leads out of the folder %s; put the file itself there".formatted(file, place));
    }
    ObjectNode part = Json.object().put("type", "file");
    ObjectNode fields = part.putObject("file").put("file_url", "file://" + name(file));
    fields.put("pages", String.valueOf(page));
    if (asked.password() != null) {
      fields.put("password", asked.password());
    }
    return part;
  }

  private static ObjectNode picture(Path file) {
    ObjectNode part = Json.object().put("type", "image_url");
    part.putObject("image_url").put("url", dataUrl(file));
    return part;
  }

  private Question question(
      List<ObjectNode> parts, @Nullable String prompt, @Nullable String system) {
    ObjectNode body = Json.object();
    ArrayNode messages = body.putArray("messages");
    if (system != null) {
      messages.addObject().put("role", "system").put("content", system);
    }
    ArrayNode content = messages.addObject().put("role", "user").putArray("content");
    content.addAll(parts);
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
