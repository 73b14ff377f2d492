package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * Files that clients have sent or that batches have made, and the batches, in a folder that
 * outlives the process. What belongs to one key is not there for another.
 */
public final class StateStore implements AutoCloseable {
  /** "ocst". */
  private static final int APPLICATION = 0x6F637374;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE file (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, path TEXT NOT NULL, bytes INTEGER NOT NULL, object TEXT NOT NULL) STRICT",
          "CREATE TABLE batch (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, live INTEGER NOT NULL, object TEXT NOT NULL) STRICT");

  private final StateRules rules;
  private final Database database;

  /** What is listed by pages. */
  public enum Table {
    FILE,
    BATCH;

    private String sql() {
      return this == FILE ? "file" : "batch";
    }
  }

  /**
   * A page of a list.
   *
   * @param objects as clients see them
   * @param more whether others follow
   */
  public record Page(List<ObjectNode> objects, boolean more) {}

  /**
   * What is listed.
   *
   * @param after the id behind which the page begins, or null for the first page
   * @param most objects of the page
   * @param ascending oldest first
   * @param purpose of files, or null for all
   */
  public record Listing(
      @Nullable String after, int most, boolean ascending, @Nullable String purpose) {}

  /** A batch that is not over. */
  record Live(String id, String tenant, ObjectNode object) {}

  /**
   * Opens a folder, or makes it.
   *
   * @throws OcelliException (RESOURCE) when another process uses it or it cannot be written;
   *     (INPUT) when it is damaged
   */
  public StateStore(StateRules rules) {
    this.rules = rules;
    try {
      Files.createDirectories(rules.folder().resolve("files"));
      Files.createDirectories(rules.folder().resolve("batches"));
      Files.createDirectories(incoming());
    } catch (IOException e) {
      throw unwritable(e);
    }
    database =
        Database.open(
            rules.folder().resolve("state.sqlite"),
            new Database.Format(
                APPLICATION, 1, TABLES, "move the folder away, or name another with --state-dir"));
    // What a killed process was receiving when it ended; the database is locked by now.
    try (Stream<Path> left = Files.list(incoming())) {
      for (Path p : left.toList()) {
        Files.delete(p);
      }
    } catch (IOException e) {
      database.close();
      throw unwritable(e);
    }
  }

  private OcelliException unwritable(IOException e) {
    return new OcelliException(
        Kind.RESOURCE,
        "%s: cannot be written (%s); name another folder with --state-dir"
            .formatted(rules.folder(), e.getMessage()),
        e);
  }

  public StateRules rules() {
    return rules;
  }

  /** Where files are while they arrive. */
  public Path incoming() {
    return rules.folder().resolve("incoming");
  }

  Path batchFolder(String batch) {
    return rules.folder().resolve("batches").resolve(batch);
  }

  /** A new name. */
  public static String newId(String kind) {
    return kind + UUID.randomUUID().toString().replace("-", "");
  }

  /**
   * Keeps a file.
   *
   * @param arrived where it is now; it is moved
   * @param object as clients see it, with its id
   * @throws ApiError 413 when the key has too many bytes
   */
  public synchronized void addFile(String tenant, Path arrived, ObjectNode object)
      throws IOException {
    long bytes = Files.size(arrived);
    long used = used(tenant);
    if (used + bytes > rules.keyBytes()) {
      throw new ApiError(
              ApiError.Kind.TOO_LARGE,
              "files take %d MiB already and may take %d MiB together; delete some, or start the server with a larger --state-max"
                  .formatted(used >> 20, rules.keyBytes() >> 20))
          .code("storage_quota_exceeded");
    }
    String id = object.path("id").stringValue();
    String path = "files/" + id;
    Files.move(arrived, rules.folder().resolve(path));
    database.run(c -> insertFile(c, tenant, path, bytes, object));
  }

  private static boolean insertFile(
      Connection c, String tenant, String path, long bytes, ObjectNode object) throws SQLException {
    try (PreparedStatement s =
        c.prepareStatement(
            "INSERT INTO file (id, tenant, path, bytes, object) VALUES (?, ?, ?, ?, ?)")) {
      s.setString(1, object.path("id").stringValue());
      s.setString(2, tenant);
      s.setString(3, path);
      s.setLong(4, bytes);
      s.setString(5, Json.line(object));
      return s.executeUpdate() == 1;
    }
  }

  private long used(String tenant) {
    return database.run(c -> {
      try (PreparedStatement s =
          c.prepareStatement("SELECT total(bytes) FROM file WHERE tenant = ?")) {
        s.setString(1, tenant);
        try (ResultSet r = s.executeQuery()) {
          return r.next() ? r.getLong(1) : 0L;
        }
      }
    });
  }

  /** The object of an id, or null when there is none or it is another key's. */
  public synchronized @Nullable ObjectNode find(Table table, String id, String tenant) {
    List<ObjectNode> found =
        database.run(c -> {
          try (PreparedStatement s =
              c.prepareStatement(
                  "SELECT object FROM " + table.sql() + " WHERE id = ? AND tenant = ?")) {
            s.setString(1, id);
            s.setString(2, tenant);
            try (ResultSet r = s.executeQuery()) {
              return r.next() ? List.of(object(r.getString(1))) : List.of();
            }
          }
        });
    return found.isEmpty() ? null : found.getFirst();
  }

  private static ObjectNode object(String text) {
    return (ObjectNode) Json.parse(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Where the content of a file is, or null when there is no such file. */
  public synchronized @Nullable Path content(String id, String tenant) {
    String path =
        database.run(c -> {
          try (PreparedStatement s =
              c.prepareStatement("SELECT path FROM file WHERE id = ? AND tenant = ?")) {
            s.setString(1, id);
            s.setString(2, tenant);
            try (ResultSet r = s.executeQuery()) {
              return r.next() ? r.getString(1) : "";
            }
          }
        });
    return path.isEmpty() ? null : rules.folder().resolve(path);
  }

  /** Objects of a key by pages. */
  public synchronized Page list(Table table, String tenant, Listing wanted) {
    String order = wanted.ascending() ? "ASC" : "DESC";
    String behind = wanted.ascending() ? ">" : "<";
    String sql =
        "SELECT object FROM %s WHERE tenant = ?1 AND (?2 IS NULL OR number %s (SELECT number FROM %s WHERE id = ?2 AND tenant = ?1)) AND (?3 IS NULL OR object ->> 'purpose' = ?3) ORDER BY number %s LIMIT ?4"
            .formatted(table.sql(), behind, table.sql(), order);
    return database.run(c -> {
      try (PreparedStatement s = c.prepareStatement(sql)) {
        s.setString(1, tenant);
        s.setString(2, wanted.after());
        s.setString(3, wanted.purpose());
        s.setInt(4, wanted.most() + 1);
        List<ObjectNode> out = new ArrayList<>();
        try (ResultSet r = s.executeQuery()) {
          while (r.next()) {
            out.add(object(r.getString(1)));
          }
        }
        boolean more = out.size() > wanted.most();
        return new Page(more ? out.subList(0, wanted.most()) : out, more);
      }
    });
  }

  /**
   * Deletes a file; false when there is none.
   *
   * @throws ApiError 400 when a batch that is not over reads it
   */
  public synchronized boolean removeFile(String id, String tenant) throws IOException {
    Path content = content(id, tenant);
    if (content == null) {
      return false;
    }
    for (Live l : live()) {
      if (l.object().path("input_file_id").asString("").equals(id)) {
        throw new ApiError(
            ApiError.Kind.INVALID,
            "the batch %s reads the file '%s'; cancel it first".formatted(l.id(), id));
      }
    }
    database.update("DELETE FROM file WHERE id = ?", id);
    Files.deleteIfExists(content);
    return true;
  }

  synchronized void addBatch(String tenant, ObjectNode object) {
    database.update(
        "INSERT INTO batch (id, tenant, live, object) VALUES (?, ?, 1, ?)",
        object.path("id").stringValue(),
        tenant,
        Json.line(object));
  }

  /** Batches that are not over, oldest first. */
  synchronized List<Live> live() {
    return database.run(c -> {
      try (PreparedStatement s =
              c.prepareStatement(
                  "SELECT id, tenant, object FROM batch WHERE live = 1 ORDER BY number");
          ResultSet r = s.executeQuery()) {
        List<Live> out = new ArrayList<>();
        while (r.next()) {
          out.add(new Live(r.getString(1), r.getString(2), object(r.getString(3))));
        }
        return out;
      }
    });
  }

  /**
   * Changes a batch.
   *
   * @return the batch as it is then
   */
  synchronized ObjectNode change(Live batch, Consumer<ObjectNode> change) {
    ObjectNode object = find(Table.BATCH, batch.id(), batch.tenant());
    if (object == null) {
      throw new IllegalStateException("batches are not deleted");
    }
    change.accept(object);
    database.update("UPDATE batch SET object = ? WHERE id = ?", Json.line(object), batch.id());
    return object;
  }

  /**
   * Ends a batch, whose output becomes files, all at once.
   *
   * @param outputs names of files in the batch's folder by the batch's fields that name them
   */
  synchronized void end(Live batch, List<Output> outputs, Consumer<ObjectNode> change) {
    database.atOnce(c -> {
      ObjectNode object = batch.object();
      for (Output o : outputs) {
        insertFile(
            c,
            batch.tenant(),
            "batches/" + batch.id() + "/" + o.name(),
            o.file().path("bytes").asLong(),
            o.file());
        object.put(o.field(), o.file().path("id").stringValue());
      }
      change.accept(object);
      try (PreparedStatement s =
          c.prepareStatement("UPDATE batch SET live = 0, object = ? WHERE id = ?")) {
        s.setString(1, Json.line(object));
        s.setString(2, batch.id());
        return s.executeUpdate() == 1;
      }
    });
  }

  /**
   * A file that a batch has made.
   *
   * @param field of the batch that names it
   * @param name in the batch's folder
   * @param file as clients see it
   */
  record Output(String field, String name, ObjectNode file) {}

  @Override
  public synchronized void close() {
    database.close();
  }
}
