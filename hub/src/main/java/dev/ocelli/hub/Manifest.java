package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Where the files of a repository's folder are from: provenance for people, and what the store goes
 * by.
 *
 * @param repo {@code owner/name}
 * @param licence as the hub has it; null where nobody says
 * @param files by path
 */
public record Manifest(String repo, @Nullable String licence, Map<String, Entry> files) {
  static final String NAME = "ocelli-manifest.json";
  private static final int VERSION = 1;
  private static final long MOST_BYTES = 16 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /**
   * A file.
   *
   * @param size bytes
   * @param sha256 of its content, computed here
   * @param revision commit it is from; empty where nobody says
   * @param validator entity tag of the server; null where there was none
   * @param source address without its query, or the file of another program's cache
   * @param fetched when
   */
  public record Entry(
      long size,
      String sha256,
      String revision,
      @Nullable String validator,
      String source,
      Instant fetched) {}

  /** Copies the files. */
  public Manifest {
    files = new TreeMap<>(files);
  }

  /** The manifest of a folder; without files where there is none or it cannot be read. */
  static Manifest read(Path folder, String repo) {
    Path path = folder.resolve(NAME);
    try {
      if (Files.isRegularFile(path) && Files.size(path) <= MOST_BYTES) {
        return parse(MAPPER.readTree(Files.readAllBytes(path)), repo);
      }
    } catch (IOException | JacksonException | DateTimeException e) {
      // As if there were none: the next pull compares the files themselves and writes it anew.
    }
    return new Manifest(repo, null, Map.of());
  }

  private static Manifest parse(JsonNode json, String repo) {
    Map<String, Entry> files = new TreeMap<>();
    if (json.path("version").asInt(0) == VERSION) {
      for (JsonNode f : json.path("files")) {
        String path = f.path("path").asString("");
        String hash = f.path("sha256").asString("");
        if (hash.matches("[0-9a-f]{64}") && safe(path)) {
          files.put(
              path,
              new Entry(
                  f.path("size").asLong(-1),
                  hash,
                  f.path("revision").asString(""),
                  HubJson.text(f, "validator"),
                  f.path("source").asString(""),
                  Instant.parse(f.path("fetched").asString(""))));
        }
      }
    }
    return new Manifest(repo, HubJson.text(json, "licence"), files);
  }

  private static boolean safe(String path) {
    try {
      return !RemoteFile.checkedPath(path, NAME).isEmpty();
    } catch (OcelliException e) {
      return false;
    }
  }

  /** Writes it, or deletes it when there is nothing to say. */
  void write(Path folder, Origin origin) throws IOException {
    Path path = folder.resolve(NAME);
    if (files.isEmpty()) {
      Files.deleteIfExists(path);
      return;
    }
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", VERSION).put("origin", origin.folder()).put("repository", repo);
    json.put("licence", licence);
    ArrayNode list = json.putArray("files");
    files.forEach((name, e) ->
        list.addObject()
            .put("path", name)
            .put("size", e.size())
            .put("sha256", e.sha256())
            .put("revision", e.revision())
            .put("validator", e.validator())
            .put("source", e.source())
            .put("fetched", e.fetched().toString()));
    Path temporary = folder.resolve("." + NAME + ".new");
    Files.write(
        temporary, (MAPPER.writeValueAsString(json) + "\n").getBytes(StandardCharsets.UTF_8));
    Files.move(
        temporary, path, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Those files that are in the folder with their sizes, as a repository. */
  RepoListing present(Path folder) {
    List<RemoteFile> there = new ArrayList<>();
    String revision = "";
    for (Map.Entry<String, Entry> f : files.entrySet()) {
      Entry e = f.getValue();
      if (Store.size(folder.resolve(f.getKey())) == e.size()) {
        there.add(new RemoteFile(f.getKey(), e.size(), e.sha256(), null, e.validator(), null));
        revision = e.revision();
      }
    }
    return new RepoListing(revision, licence, there);
  }

  /** With other files. */
  Manifest with(@Nullable String newLicence, Map<String, Entry> newFiles) {
    Map<String, Entry> all = new TreeMap<>(files);
    all.putAll(newFiles);
    return new Manifest(repo, newLicence == null ? licence : newLicence, all);
  }
}
