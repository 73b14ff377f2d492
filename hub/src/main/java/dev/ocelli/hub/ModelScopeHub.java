package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * The API of ModelScope: {@code /api/v1/models/REPO/repo/files} has the SHA-256 of every file and
 * the commit that last changed it.
 */
final class ModelScopeHub implements Hub {
  private final HubJson json;
  private final URI base;

  ModelScopeHub(HubJson json, HubSettings settings) {
    this.json = json;
    this.base = settings.modelScope().base();
  }

  @Override
  public RepoListing list(ModelRef ref) {
    String api = base + "/api/v1/models/" + ref.repo();
    String revision = ref.revision() == null ? "master" : ref.revision();
    JsonNode answer =
        json.get(
                URI.create(
                    api + "/repo/files?Revision=" + HubJson.query(revision) + "&Recursive=true"),
                ref.toString())
            .json();
    JsonNode all = answer.path("Data").path("Files");
    if (!answer.path("Success").asBoolean(true) || !all.isArray()) {
      String why = HubJson.text(answer, "Message");
      throw new OcelliException(
          Kind.MODEL,
          "%s: ModelScope does not list its files%s; check the name and the revision"
              .formatted(ref, why == null ? "" : " (" + Printable.of(why) + ")"));
    }
    List<RemoteFile> files = new ArrayList<>();
    String commit = revision;
    long newest = -1;
    for (JsonNode entry : all) {
      if ("tree".equals(entry.path("Type").asString(""))) {
        continue;
      }
      String changed = entry.path("Revision").asString("");
      boolean known = changed.matches("[0-9a-fA-F]{7,64}");
      String path = entry.path("Path").asString(entry.path("Name").asString(""));
      files.add(
          new RemoteFile(
              path,
              entry.path("Size").asLong(-1),
              Http.hash(entry.path("Sha256").asString("")),
              null,
              null,
              // The commit that made the file, so that a later one cannot change it on the way.
              URI.create(
                  api
                      + "/repo?Revision="
                      + HubJson.query(known ? changed : revision)
                      + "&FilePath="
                      + HubJson.query(path).replace("+", "%20"))));
      long date = entry.path("CommittedDate").asLong(0);
      if (known && date > newest) {
        newest = date;
        commit = changed;
      }
    }
    JsonNode info = json.get(URI.create(api), ref.toString()).json();
    return new RepoListing(commit, HubJson.text(info.path("Data"), "License"), files);
  }
}
