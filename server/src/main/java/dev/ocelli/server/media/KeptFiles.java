package dev.ocelli.server.media;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Files that clients have sent earlier and that requests name by their ids. */
@FunctionalInterface
public interface KeptFiles {
  /**
   * Where the content of a file is, or null when there is none of that id, or it is another's.
   *
   * @param tenant who asks
   */
  @Nullable Path content(String id, String tenant);
}
