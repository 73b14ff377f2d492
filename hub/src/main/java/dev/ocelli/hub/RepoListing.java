package dev.ocelli.hub;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a repository holds at one revision.
 *
 * @param revision the commit; a branch's name or empty where nobody says
 * @param licence its short name as the hub has it; null where nobody says
 * @param files all files
 */
public record RepoListing(String revision, @Nullable String licence, List<RemoteFile> files) {
  /** Copies the list. */
  public RepoListing {
    files = List.copyOf(files);
  }
}
