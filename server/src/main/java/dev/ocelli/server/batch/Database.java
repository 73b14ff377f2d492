package dev.ocelli.server.batch;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;
import org.sqlite.jdbc4.JDBC4Connection;

/**
 * A SQLite file that one process uses at a time. Not thread-safe.
 *
 * <p>Commits outlive a killed process. They are not forced to the disk one by one: after a power
 * failure the last ones may be missing, the file is whole all the same, and what they said is
 * computed again.
 */
final class Database implements AutoCloseable {
  private final Path file;
  private final String remedy;
  private final Connection connection;

  /**
   * What the file is.
   *
   * @param application tells the files of this program apart from others, and from each other
   * @param version of the tables
   * @param tables statements that make them in a new file
   * @param remedy what to do about a damaged one
   */
  record Format(int application, int version, List<String> tables, String remedy) {}

  /** Reads or changes the database. */
  @FunctionalInterface
  interface Work<T> {
    T with(Connection connection) throws SQLException;
  }

  private Database(Path file, String remedy, Connection connection) {
    this.file = file;
    this.remedy = remedy;
    this.connection = connection;
  }

  /**
   * Opens a file, or makes it.
   *
   * @throws OcelliException (RESOURCE) when another process uses it or it cannot be written;
   *     (INPUT) when it is damaged or another program's
   */
  static Database open(Path file, Format format) {
    Database database;
    try {
      database = new Database(file, format.remedy(), connect(file));
    } catch (SQLException e) {
      throw failed(file, format.remedy(), e);
    } catch (LinkageError e) {
      throw new OcelliException(
          Kind.RESOURCE,
          "the SQLite library cannot be loaded (%s); name a folder for it from which programs may run: OCELLI_JAVA_OPTS=-Dorg.sqlite.tmpdir=DIR"
              .formatted(e.getMessage()),
          e);
    }
    try {
      database.prepare(format);
      return database;
    } catch (Throwable e) {
      database.close();
      throw e;
    }
  }

  private static Connection connect(Path file) throws SQLException {
    // Connections by a URL would take what follows a question mark in the name for settings.
    String name = file.toAbsolutePath().toString();
    if (name.indexOf('?') >= 0) {
      throw new OcelliException(
          Kind.USAGE, file + ": there is a '?' in the path; use another folder or name");
    }
    try {
      return new JDBC4Connection("jdbc:sqlite:" + name, name, new Properties());
    } catch (SQLException e) {
      if (e.getCause() instanceof LinkageError cause) {
        throw cause;
      }
      throw e;
    }
  }

  private void prepare(Format format) {
    run(c -> {
      try (Statement s = c.createStatement()) {
        // The lock is held until the file is closed: two runs do not share one.
        s.execute("PRAGMA locking_mode=EXCLUSIVE");
        // Who holds it does so for long: whoever comes second need not wait to be told.
        s.execute("PRAGMA busy_timeout=300");
        s.execute("PRAGMA journal_mode=WAL");
        s.execute("PRAGMA synchronous=NORMAL");
        s.execute("BEGIN EXCLUSIVE");
        int application = number(s, "PRAGMA application_id");
        int version = number(s, "PRAGMA user_version");
        int tables = number(s, "SELECT count(*) FROM sqlite_schema");
        if (application == 0 && version == 0 && tables == 0) {
          for (String table : format.tables()) {
            s.execute(table);
          }
          s.execute("PRAGMA application_id=" + format.application());
          s.execute("PRAGMA user_version=" + format.version());
        } else if (application != format.application()) {
          throw new OcelliException(
              Kind.INPUT, "%s: is no file of this kind; %s".formatted(file, remedy));
        } else if (version != format.version()) {
          throw new OcelliException(
              Kind.INPUT,
              "%s: was written by another version of this program (format %d, this one has %d); %s"
                  .formatted(file, version, format.version(), remedy));
        }
        s.execute("COMMIT");
        try (ResultSet r = s.executeQuery("PRAGMA quick_check(1)")) {
          if (!r.next() || !"ok".equals(r.getString(1))) {
            throw damaged(file, remedy, "it fails its own checks", null);
          }
        }
      }
      return true;
    });
  }

  private static int number(Statement s, String query) throws SQLException {
    try (ResultSet r = s.executeQuery(query)) {
      return r.next() ? r.getInt(1) : 0;
    }
  }

  /**
   * Reads or changes the database.
   *
   * @throws OcelliException when that fails, a full disk included
   */
  <T> T run(Work<T> work) {
    try {
      return work.with(connection);
    } catch (SQLException e) {
      throw failed(file, remedy, e);
    }
  }

  /** The same as one change: all of it happens, or nothing. */
  <T> T atOnce(Work<T> work) {
    return run(c -> {
      c.setAutoCommit(false);
      try {
        T result = work.with(c);
        c.commit();
        return result;
      } catch (Throwable e) {
        c.rollback();
        throw e;
      } finally {
        c.setAutoCommit(true);
      }
    });
  }

  /** One statement with its values. */
  int update(String sql, @Nullable Object... values) {
    return run(c -> {
      try (PreparedStatement s = c.prepareStatement(sql)) {
        for (int i = 0; i < values.length; i++) {
          s.setObject(i + 1, values[i]);
        }
        return s.executeUpdate();
      }
    });
  }

  private static OcelliException failed(Path file, String remedy, SQLException e) {
    SQLiteErrorCode code =
        e instanceof SQLiteException s ? s.getResultCode() : SQLiteErrorCode.UNKNOWN_ERROR;
    // Extended codes have the kind in their low byte.
    SQLiteErrorCode kind = SQLiteErrorCode.getErrorCode(code.code & 0xFF);
    return switch (kind) {
      case SQLITE_BUSY, SQLITE_LOCKED ->
          new OcelliException(
              Kind.RESOURCE,
              file + ": another process works on it; wait for its end, or stop it",
              e);
      case SQLITE_CORRUPT, SQLITE_NOTADB -> damaged(file, remedy, String.valueOf(kind.message), e);
      case SQLITE_FULL ->
          new OcelliException(
              Kind.RESOURCE,
              file + ": the disk is full; make room and start again: what is done is kept",
              e);
      default ->
          new OcelliException(
              Kind.RESOURCE,
              "%s: cannot be used (%s); check the disk and the permissions of the folder"
                  .formatted(file, e.getMessage()),
              e);
    };
  }

  private static OcelliException damaged(
      Path file, String remedy, String how, @Nullable Throwable cause) {
    return new OcelliException(
        Kind.INPUT, "%s: is damaged (%s); %s".formatted(file, how, remedy), cause);
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // Commits are in the file or its log already; the next one that opens it reads both.
      return;
    }
  }
}
