package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.batch.Database.Format;
import dev.ocelli.server.wire.ApiError;
import dev.ocelli.server.wire.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * What a batch has to do and what of it is done, in a file that outlives the process. Each request
 * gets an answer once.
 */
public final class Checkpoint implements AutoCloseable {
  /** "ocbc". */
  private static final int APPLICATION = 0x6F636263;

  private static final int OPEN = 0;
  private static final int DONE = 1;
  private static final int FAILED = 2;

  private static final List<String> TABLES =
      List.of(
          "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
          "CREATE TABLE item (number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, length INTEGER NOT NULL, state INTEGER NOT NULL DEFAULT 0, status INTEGER NOT NULL DEFAULT 0, hash BLOB, body TEXT, same_as INTEGER) STRICT",
          "CREATE INDEX item_open ON item (number) WHERE state = 0",
          "CREATE INDEX item_hash ON item (hash) WHERE hash IS NOT NULL");

  private final Database database;

  /**
   * How far a batch is.
   *
   * @param copied of those done, how many took the answer of an equal request
   */
  public record Counts(long total, long done, long failed, long copied) {
    /** Those without an answer. */
    public long open() {
      return total - done - failed;
    }
  }

  /**
   * A request with its answer.
   *
   * @param sameAs the key of the first equal request where one answer served both, or null;
   *     whichever of them was answered first
   */
  public record Finished(BatchItem item, BatchAnswer answer, @Nullable String sameAs) {}

  private Checkpoint(Database database) {
    this.database = database;
  }

  /**
   * Opens a checkpoint, or makes one that says nothing yet.
   *
   * @param remedy what to do about a damaged one
   * @throws OcelliException (RESOURCE) when another process works on it; (INPUT) when it is damaged
   */
  public static Checkpoint open(Path file, String remedy) {
    return new Checkpoint(Database.open(file, new Format(APPLICATION, 1, TABLES, remedy)));
  }

  /** What {@link #begin} was told, or null when that has not been called. */
  public synchronized @Nullable String fingerprint() {
    String value =
        database.run(c -> {
          try (PreparedStatement s =
                  c.prepareStatement("SELECT max(value) FROM meta WHERE name = 'fingerprint'");
              ResultSet r = s.executeQuery()) {
            return String.valueOf(r.next() ? r.getString(1) : null);
          }
        });
    return value.equals("null") ? null : value;
  }

  /**
   * Notes what is to be done; all of it or, when it throws, nothing.
   *
   * @param fingerprint of the input and everything that answers depend on
   * @throws ApiError 400 when two requests have the same key
   */
  public synchronized void begin(String fingerprint, Iterator<BatchItem> items) {
    database.atOnce(c -> {
      try (PreparedStatement s =
          c.prepareStatement("INSERT INTO item (number, key, at, length) VALUES (?, ?, ?, ?)")) {
        while (items.hasNext()) {
          BatchItem item = items.next();
          s.setLong(1, item.number());
          s.setString(2, item.key());
          s.setLong(3, item.at());
          s.setInt(4, item.length());
          try {
            s.executeUpdate();
          } catch (SQLiteException e) {
            if (e.getResultCode() != SQLiteErrorCode.SQLITE_CONSTRAINT_UNIQUE) {
              throw e;
            }
            throw new ApiError(
                    ApiError.Kind.INVALID,
                    "line %d: '%s' names an earlier request, too; give each a name of its own"
                        .formatted(item.number() + 1, item.key()))
                .code("duplicate_custom_id");
          }
        }
      }
      try (PreparedStatement s = c.prepareStatement("INSERT INTO meta VALUES ('fingerprint', ?)")) {
        s.setString(1, fingerprint);
        s.executeUpdate();
      }
      return true;
    });
  }

  /** How far the batch is. */
  public synchronized Counts counts() {
    return database.run(c -> {
      try (PreparedStatement s =
              c.prepareStatement(
                  "SELECT count(*), sum(state = 1), sum(state = 2), count(same_as) FROM item");
          ResultSet r = s.executeQuery()) {
        r.next();
        return new Counts(r.getLong(1), r.getLong(2), r.getLong(3), r.getLong(4));
      }
    });
  }

  /** The next requests without an answer, in order. */
  synchronized List<BatchItem> open(long from, int most) {
    return database.run(c -> {
      try (PreparedStatement s =
          c.prepareStatement(
              "SELECT number, key, at, length FROM item WHERE state = 0 AND number >= ? ORDER BY number LIMIT ?")) {
        s.setLong(1, from);
        s.setInt(2, most);
        List<BatchItem> out = new ArrayList<>();
        try (ResultSet r = s.executeQuery()) {
          while (r.next()) {
            out.add(item(r));
          }
        }
        return out;
      }
    });
  }

  private static BatchItem item(ResultSet r) throws SQLException {
    return new BatchItem(r.getLong(1), r.getString(2), r.getLong(3), r.getInt(4));
  }

  /** The number of a request with this hash that has a good answer, or -1. */
  synchronized long doneLike(byte[] hash) {
    return database.run(c -> {
      try (PreparedStatement s =
          c.prepareStatement(
              "SELECT number FROM item WHERE hash = ? AND state = 1 AND same_as IS NULL LIMIT 1")) {
        s.setBytes(1, hash);
        try (ResultSet r = s.executeQuery()) {
          return r.next() ? r.getLong(1) : -1L;
        }
      }
    });
  }

  /** Notes an answer. */
  synchronized void finish(BatchItem item, byte @Nullable [] hash, BatchAnswer answer) {
    database.update(
        "UPDATE item SET state = ?, status = ?, hash = ?, body = ? WHERE number = ? AND state = 0",
        answer.good() ? DONE : FAILED,
        answer.status(),
        hash,
        Json.line(answer.body()),
        item.number());
  }

  /** Notes that a request has the answer of an equal one. */
  synchronized void copy(BatchItem item, long of) {
    database.update(
        "UPDATE item SET (state, hash, same_as) = (SELECT state, hash, number FROM item WHERE number = ?) WHERE number = ? AND state = 0",
        of,
        item.number());
  }

  /** Lets requests that failed be tried again; how many. */
  public synchronized int reopenFailed() {
    return database.update(
        "UPDATE item SET state = ?, status = 0, hash = NULL, body = NULL, same_as = NULL WHERE state = ?",
        OPEN,
        FAILED);
  }

  /** Gives all requests that have no answer the same one; how many. */
  public synchronized int finishOpen(BatchAnswer answer) {
    return database.update(
        "UPDATE item SET state = ?, status = ?, body = ? WHERE state = 0",
        FAILED,
        answer.status(),
        Json.line(answer.body()));
  }

  /**
   * Answers in the order of the requests, from one on up to the first that has none.
   *
   * @param most how many are looked at
   */
  synchronized List<Finished> finished(long from, int most) {
    return database.run(c -> {
      try (PreparedStatement s =
          c.prepareStatement(
              "SELECT i.number, i.key, i.at, i.length, i.state, coalesce(o.status, i.status), coalesce(o.body, i.body), f.key FROM item i LEFT JOIN item o ON o.number = i.same_as LEFT JOIN item f ON f.number = (SELECT min(number) FROM item WHERE hash = i.hash) AND f.number < i.number AND (i.same_as IS NOT NULL OR f.same_as IS NOT NULL) WHERE i.number >= ? ORDER BY i.number LIMIT ?")) {
        s.setLong(1, from);
        s.setInt(2, most);
        List<Finished> out = new ArrayList<>();
        try (ResultSet r = s.executeQuery()) {
          while (r.next() && r.getInt(5) != OPEN) {
            byte[] body = r.getString(7).getBytes(StandardCharsets.UTF_8);
            out.add(
                new Finished(
                    item(r), new BatchAnswer(r.getInt(6), 0, Json.parse(body)), r.getString(8)));
          }
        }
        return out;
      }
    });
  }

  @Override
  public synchronized void close() {
    database.close();
  }
}
