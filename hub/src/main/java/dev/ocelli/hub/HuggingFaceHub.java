package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The API of Hugging Face: {@code /api/models/REPO} for commit and licence, {@code tree} for files.
 * Large files have their SHA-256 there ({@code lfs.oid}), small ones git's hash.
 */
final class HuggingFaceHub implements Hub {
  private static final int MOST_PAGES = 100;

  private final HubJson json;
  private final URI base;

  HuggingFaceHub(HubJson json, HubSettings settings) {
    this.json = json;
    this.base = settings.huggingFace().base();
  }

  @Override
  public RepoListing list(ModelRef ref) {
    String api = base + "/api/models/" + ref.repo();
    String revision = ref.revision();
    JsonNode info =
        json.get(
                URI.create(
                    revision == null
                        ? api
                        : api + "/revision/" + HubJson.path(revision).replace("/", "%2F")),
                ref.toString())
            .json();
    String commit = HubJson.text(info, "sha");
    if (commit == null || !commit.matches("[0-9a-fA-F]{7,64}")) {
      throw new OcelliException(
          Kind.MODEL,
          "%s: the hub does not say which commit it has; check the mirror's address (HF_ENDPOINT)"
              .formatted(ref));
    }
    List<RemoteFile> files = new ArrayList<>();
    URI page = URI.create(api + "/tree/" + commit + "?recursive=true");
    for (int i = 0; page != null && i < MOST_PAGES; i++) {
      HubJson.Page tree = json.get(page, ref.toString());
      for (JsonNode entry : tree.json()) {
        if ("file".equals(entry.path("type").asString(""))) {
          files.add(file(ref, commit, entry));
        }
      }
      page = tree.next();
    }
    return new RepoListing(commit, licence(info), files);
  }

  private RemoteFile file(ModelRef ref, String commit, JsonNode entry) {
    String path = entry.path("path").asString("");
    JsonNode lfs = entry.path("lfs");
    String sha256 = Http.hash(lfs.path("oid").asString(""));
    String oid = entry.path("oid").asString("");
    return new RemoteFile(
        path,
        lfs.path("size").asLong(entry.path("size").asLong(-1)),
        sha256,
        // Of a large file the oid is that of the text which points to it.
        sha256 == null && lfs.isMissingNode() && oid.matches("[0-9a-f]{40}") ? oid : null,
        null,
        URI.create(base + "/" + ref.repo() + "/resolve/" + commit + "/" + HubJson.path(path)));
  }

  private static @Nullable String licence(JsonNode info) {
    for (JsonNode tag : info.path("tags")) {
      if (tag.asString("").startsWith("license:")) {
        return tag.asString("").substring("license:".length());
      }
    }
    return HubJson.text(info.path("cardData"), "license");
  }
}
