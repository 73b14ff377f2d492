package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A file that a hub, a store or a cache has.
 *
 * @param path within the repository, with slashes
 * @param size bytes
 * @param sha256 hash of the content in hex; null where nobody says
 * @param gitOid git's hash of the content (SHA-1 with a header) in hex; null where nobody says
 * @param validator entity tag of the server, to tell another content; null where there is none
 * @param address where its bytes are; null where it is only on the disk
 */
public record RemoteFile(
    String path,
    long size,
    @Nullable String sha256,
    @Nullable String gitOid,
    @Nullable String validator,
    @Nullable URI address) {
  private static final long MOST_BYTES = 1L << 44;

  /** Refuses what no file of a model can be. */
  public RemoteFile {
    checkedPath(path, "the list of files");
    if (size < 0 || size > MOST_BYTES) {
      throw new OcelliException(
          Kind.MODEL,
          "%s: its size is given as %d bytes, which no file has; try again later or another mirror"
              .formatted(path, size));
    }
  }

  /** The path's last part. */
  public String name() {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** The path without its last part; empty at the top. */
  public String folder() {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }

  /**
   * The path, if it stays in the folder it is resolved in, on every system.
   *
   * @param from who named it, for the error
   */
  static String checkedPath(String path, String from) {
    boolean good = !path.isEmpty() && path.length() <= 500;
    for (String part : path.split("/", -1)) {
      String stem = part.contains(".") ? part.substring(0, part.indexOf('.')) : part;
      good &=
          !part.isEmpty()
              && !part.equals(".")
              && !part.equals("..")
              && !part.endsWith(" ")
              && !part.endsWith(".")
              && !part.matches(".*[\\\\:*?\"<>|\\p{Cntrl}].*")
              && !stem.toLowerCase(Locale.ROOT).matches("con|prn|aux|nul|com\\d|lpt\\d");
    }
    if (!good) {
      throw new OcelliException(
          Kind.MODEL,
          "%s has a file called '%s', which is no safe name for a file; nothing was written"
              .formatted(from, Printable.of(path)));
    }
    return path;
  }
}
