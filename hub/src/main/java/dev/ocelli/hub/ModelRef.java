package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A model as people name it: {@code owner/name:Q4_K_M}, {@code hf:...}, {@code modelscope:...}, or
 * an address.
 *
 * @param origin where it comes from
 * @param repo {@code owner/name}; of an address its host and the hash of its folder
 * @param tag the quantization, or null for the usual one
 * @param revision branch, tag or commit; null for the newest
 * @param file path of the one file that is meant; null to look for the tag
 * @param address of a single file; null where a repository is meant
 */
public record ModelRef(
    Origin origin,
    String repo,
    @Nullable String tag,
    @Nullable String revision,
    @Nullable String file,
    @Nullable URI address) {
  private static final String WORD = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
  private static final Pattern REPO =
      Pattern.compile(
          "(?<repo>" + WORD + "/" + WORD + ")(@(?<rev>[^:@]{1,200}))?(:(?<tag>[^:]{1,200}))?");
  private static final Pattern PAGE =
      Pattern.compile(
          "/(models/)?(?<repo>"
              + WORD
              + "/"
              + WORD
              + ")"
              + "(/(?<kind>blob|resolve|tree)/(?<rev>[^/]+)(/(?<file>.+))?)?/?");

  /** Whether a text that may also be a file's name names a model of a hub or an address. */
  public static boolean isRemote(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    return lower.startsWith("hf:")
        || lower.startsWith("ms:")
        || lower.startsWith("modelscope:")
        || lower.startsWith("https://")
        || lower.startsWith("http://");
  }

  /**
   * Reads a name.
   *
   * @param usual the hub that is meant where no prefix says so
   * @param settings whose hubs' own addresses are understood as repositories
   * @throws OcelliException (USAGE) when it is none
   */
  public static ModelRef parse(String text, Origin usual, HubSettings settings) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.startsWith("https://") || lower.startsWith("http://")) {
      return address(text, settings);
    }
    int colon = text.indexOf(':');
    return switch (colon < 0 ? "" : lower.substring(0, colon)) {
      case "hf" -> repository(text, text.substring(colon + 1), Origin.HUGGING_FACE);
      case "ms", "modelscope" -> repository(text, text.substring(colon + 1), Origin.MODELSCOPE);
      default -> repository(text, text, usual);
    };
  }

  /** The same model with another revision or with a file that is named; null changes nothing. */
  public ModelRef with(@Nullable String otherRevision, @Nullable String otherFile) {
    if (otherRevision == null && otherFile == null) {
      return this;
    }
    if (address != null) {
      throw new OcelliException(
          Kind.USAGE, this + ": an address is one file; leave out the file or revision beside it");
    }
    return new ModelRef(
        origin,
        repo,
        otherFile != null ? null : tag,
        otherRevision != null ? revision(otherRevision, otherRevision) : revision,
        otherFile != null ? RemoteFile.checkedPath(otherFile, "the file that is named") : file,
        null);
  }

  private static ModelRef repository(String text, String name, Origin origin) {
    Matcher m = REPO.matcher(name);
    if (!m.matches() || name.contains("..")) {
      throw new OcelliException(
          Kind.USAGE,
          "'%s' names no model; give owner/name:QUANTIZATION (Qwen/Qwen3-VL-8B-Instruct-GGUF:Q4_K_M), with hf: or modelscope: before it, or an address"
              .formatted(Printable.of(text)));
    }
    String tag = m.group("tag");
    if (tag != null && tag.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      return new ModelRef(
          origin,
          m.group("repo"),
          null,
          revision(m.group("rev"), text),
          RemoteFile.checkedPath(tag, "'" + Printable.of(text) + "'"),
          null);
    }
    return new ModelRef(origin, m.group("repo"), tag, revision(m.group("rev"), text), null, null);
  }

  private static @Nullable String revision(@Nullable String revision, String text) {
    if (revision == null) {
      return null;
    }
    if (!revision.matches("[A-Za-z0-9][A-Za-z0-9._/-]{0,199}") || revision.contains("..")) {
      throw new OcelliException(
          Kind.USAGE,
          "'%s' has no usable revision; give a branch, a tag or a commit"
              .formatted(Printable.of(text)));
    }
    return revision;
  }

  private static ModelRef address(String text, HubSettings settings) {
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException e) {
      throw badAddress(text, e.getReason());
    }
    if (uri.getHost() == null || uri.getRawPath() == null) {
      throw badAddress(text, "there is no host in it");
    }
    if (uri.getRawUserInfo() != null) {
      throw badAddress(text, "a name and password in it would be seen by others");
    }
    Origin hub =
        sameHost(uri, settings.huggingFace().base())
            ? Origin.HUGGING_FACE
            : sameHost(uri, settings.modelScope().base()) ? Origin.MODELSCOPE : Origin.URL;
    Matcher page = PAGE.matcher(uri.getPath());
    if (hub != Origin.URL && page.matches()) {
      String file = page.group("file");
      String revision = page.group("rev");
      boolean newest = "main".equals(revision) || "master".equals(revision);
      return new ModelRef(
          hub,
          page.group("repo"),
          null,
          newest ? null : revision(revision, text),
          file == null || "tree".equals(page.group("kind"))
              ? null
              : RemoteFile.checkedPath(file, "'" + Printable.of(text) + "'"),
          null);
    }
    String path = uri.getPath();
    int slash = path.lastIndexOf('/');
    String name = path.substring(slash + 1);
    if (!name.toLowerCase(Locale.ROOT).endsWith(".gguf")) {
      throw badAddress(text, "it does not end in .gguf");
    }
    String folder = uri.getScheme() + "://" + uri.getRawAuthority() + path.substring(0, slash);
    String host = uri.getHost().replaceAll("[^A-Za-z0-9.-]", "_");
    return new ModelRef(
        Origin.URL,
        host + "/" + Hashes.sha256(folder).substring(0, 12),
        null,
        null,
        RemoteFile.checkedPath(name, "'" + Printable.of(text) + "'"),
        uri);
  }

  private static boolean sameHost(URI a, URI base) {
    return a.getHost().equalsIgnoreCase(base.getHost()) && a.getPort() == base.getPort();
  }

  private static OcelliException badAddress(String text, String why) {
    return new OcelliException(
        Kind.USAGE,
        "'%s' is no address of a model: %s; give the address of a .gguf file or of a repository"
            .formatted(Printable.of(text), why));
  }

  /** The name that gives this model again. */
  @Override
  public String toString() {
    if (address != null) {
      return address.getScheme() + "://" + address.getRawAuthority() + address.getRawPath();
    }
    String which = file != null ? file : tag;
    return origin.prefix()
        + ":"
        + repo
        + (revision == null ? "" : "@" + revision)
        + (which == null ? "" : ":" + which);
  }
}
