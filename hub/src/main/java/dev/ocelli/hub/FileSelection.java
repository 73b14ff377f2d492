package dev.ocelli.hub;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The files of one model among those of its repository.
 *
 * @param model the language model: its shards in order, or all files of a snapshot
 * @param mmproj the vision file; null where there is none or none is wanted
 * @param snapshot whether the model is a folder of safetensors
 */
public record FileSelection(List<RemoteFile> model, @Nullable RemoteFile mmproj, boolean snapshot) {
  /** Name of a shard: stem, number and count. */
  static final Pattern SHARD =
      Pattern.compile(
          "(?<stem>.+)-(?<number>\\d{5})-of-(?<count>\\d{5})\\.gguf", Pattern.CASE_INSENSITIVE);

  private static final Pattern SAFETENSORS_SHARD =
      Pattern.compile("(?<stem>.+)-(?<number>\\d{5})-of-(?<count>\\d{5})\\.safetensors");

  /** A quantization at the end of a name. */
  private static final Pattern LABEL =
      Pattern.compile(
          "(?:.*?[-._])?(?<label>(?:UD-)?(?:I?Q\\d(?:_[A-Z0-9]+)*|TQ\\d_\\d|BF16|F16|F32|MXFP4(?:_MOE)?|NVFP4|FP8|FP16))",
          Pattern.CASE_INSENSITIVE);

  private static final String USUAL = "Q4_K_M";
  private static final List<String> MMPROJ_ORDER = List.of("F16", "BF16", "F32", "Q8_0");
  private static final int MOST_NAMED = 12;

  /** A model of one or several files; {@code stem} is its path without number and ending. */
  private record Group(String stem, List<RemoteFile> files) {
    String label() {
      Matcher m = LABEL.matcher(stem.substring(stem.lastIndexOf('/') + 1));
      return m.matches() ? m.group("label").toUpperCase(Locale.ROOT) : "";
    }

    String folder() {
      return files.getFirst().folder();
    }
  }

  /**
   * Picks.
   *
   * @param vision whether a vision file is wanted
   * @throws OcelliException (USAGE) when nothing or several models fit, with what there is, (MODEL)
   *     when shards are missing
   */
  public static FileSelection of(RepoListing listing, ModelRef ref, boolean vision) {
    TreeMap<String, List<RemoteFile>> stems = new TreeMap<>();
    for (RemoteFile f : listing.files()) {
      String name = f.name().toLowerCase(Locale.ROOT);
      if (name.endsWith(".gguf") && !isVision(f) && !name.contains("imatrix")) {
        stems.computeIfAbsent(stem(f.path()), s -> new ArrayList<>()).add(f);
      }
    }
    if (stems.isEmpty()) {
      return snapshot(listing, ref);
    }
    List<Group> groups = new ArrayList<>();
    stems.forEach((stem, files) -> groups.add(new Group(stem, files)));
    Group group = choose(groups, ref);
    List<RemoteFile> shards = complete(group.files(), SHARD, ref);
    RemoteFile mmproj = vision ? mmproj(listing, group.folder()) : null;
    return new FileSelection(shards, mmproj, false);
  }

  /** All files, the vision file last. */
  public List<RemoteFile> files() {
    List<RemoteFile> all = new ArrayList<>(model);
    if (mmproj != null) {
      all.add(mmproj);
    }
    return all;
  }

  /** Names of the quantizations that a listing has, as tags. */
  static List<String> tags(RepoListing listing) {
    TreeMap<String, Boolean> tags = new TreeMap<>();
    for (RemoteFile f : listing.files()) {
      String name = f.name().toLowerCase(Locale.ROOT);
      if (name.endsWith(".gguf") && !isVision(f) && !name.contains("imatrix")) {
        Group g = new Group(stem(f.path()), List.of(f));
        tags.put(g.label().isEmpty() ? f.path() : g.label(), true);
      }
    }
    return List.copyOf(tags.keySet());
  }

  static boolean isVision(RemoteFile file) {
    String name = file.name().toLowerCase(Locale.ROOT);
    return name.endsWith(".gguf") && name.contains("mmproj");
  }

  private static String stem(String path) {
    Matcher m = SHARD.matcher(path);
    return m.matches() ? m.group("stem") : path.substring(0, path.length() - ".gguf".length());
  }

  private static Group choose(List<Group> groups, ModelRef ref) {
    String file = ref.file();
    if (file != null) {
      String stem = file.toLowerCase(Locale.ROOT).endsWith(".gguf") ? stem(file) : file;
      List<Group> named =
          groups.stream()
              .filter(g -> g.stem().equals(stem) || g.stem().endsWith("/" + stem))
              .toList();
      return one(named, groups, ref, "'" + Printable.of(file) + "'");
    }
    String tag = ref.tag();
    if (tag == null) {
      List<Group> usual = labelled(groups, USUAL);
      if (usual.isEmpty()) {
        return groups.getFirst();
      }
      return one(usual, groups, ref, USUAL);
    }
    String wanted = tag.toUpperCase(Locale.ROOT);
    List<Predicate<Group>> ways =
        List.of(
            g -> g.label().equals(wanted),
            g -> g.folder().toUpperCase(Locale.ROOT).endsWith(wanted),
            g -> endsWith(g.stem(), wanted),
            g -> g.label().contains(wanted));
    for (Predicate<Group> way : ways) {
      List<Group> found = groups.stream().filter(way).toList();
      if (!found.isEmpty()) {
        return one(found, groups, ref, Printable.of(tag));
      }
    }
    return one(List.of(), groups, ref, Printable.of(tag));
  }

  private static List<Group> labelled(List<Group> groups, String label) {
    return groups.stream().filter(g -> g.label().equals(label)).toList();
  }

  private static boolean endsWith(String stem, String wanted) {
    String upper = stem.toUpperCase(Locale.ROOT);
    return upper.equals(wanted)
        || upper.endsWith("-" + wanted)
        || upper.endsWith("." + wanted)
        || upper.endsWith("_" + wanted)
        || upper.endsWith("/" + wanted);
  }

  private static Group one(List<Group> found, List<Group> all, ModelRef ref, String what) {
    if (found.size() == 1) {
      return found.getFirst();
    }
    List<Group> shown = found.isEmpty() ? all : found;
    String names =
        String.join(
            ", ",
            shown.stream()
                .limit(MOST_NAMED)
                .map(g -> found.isEmpty() && !g.label().isEmpty() ? g.label() : g.stem())
                .distinct()
                .map(Printable::of)
                .toList());
    String more = shown.size() > MOST_NAMED ? ", ..." : "";
    throw new OcelliException(
        Kind.USAGE,
        found.isEmpty()
            ? "%s: nothing there is %s; there are: %s%s".formatted(ref, what, names, more)
            : "%s: %s is several models; name one behind the colon: %s%s"
                .formatted(ref, what, names, more));
  }

  /** The shards in order, or the only file. */
  private static List<RemoteFile> complete(List<RemoteFile> files, Pattern pattern, ModelRef ref) {
    Map<Integer, RemoteFile> byNumber = new TreeMap<>();
    int count = 0;
    for (RemoteFile f : files) {
      Matcher m = pattern.matcher(f.path());
      if (!m.matches()) {
        return List.of(f);
      }
      count = Math.max(count, Integer.parseInt(m.group("count")));
      byNumber.put(Integer.parseInt(m.group("number")), f);
    }
    for (int i = 1; i <= count; i++) {
      if (!byNumber.containsKey(i)) {
        throw new OcelliException(
            Kind.MODEL,
            "%s: shard %d of %d is missing beside %s; the repository is not complete"
                .formatted(ref, i, count, Printable.of(files.getFirst().path())));
      }
    }
    return List.copyOf(byNumber.values());
  }

  private static @Nullable RemoteFile mmproj(RepoListing listing, String folder) {
    return listing.files().stream()
        .filter(FileSelection::isVision)
        .filter(f ->
            f.folder().isEmpty()
                || folder.equals(f.folder())
                || folder.startsWith(f.folder() + "/"))
        .min(
            Comparator.<RemoteFile>comparingInt(f -> -f.folder().length())
                .thenComparingInt(FileSelection::rank)
                .thenComparing(RemoteFile::path))
        .orElse(null);
  }

  private static int rank(RemoteFile f) {
    String label = new Group(stem(f.path()), List.of(f)).label();
    if (label.isEmpty()) {
      // Some begin with the type: mmproj-F16-Name.gguf.
      String upper = f.name().toUpperCase(Locale.ROOT);
      for (String part : upper.split("[-.]")) {
        if (MMPROJ_ORDER.contains(part)) {
          return MMPROJ_ORDER.indexOf(part);
        }
      }
    }
    int at = MMPROJ_ORDER.indexOf(label);
    return at < 0 ? MMPROJ_ORDER.size() : at;
  }

  /** What the folder of a snapshot needs: weights, configuration, tokenizer, template, licence. */
  private static FileSelection snapshot(RepoListing listing, ModelRef ref) {
    List<RemoteFile> files = listing.files().stream().filter(FileSelection::ofSnapshot).toList();
    List<RemoteFile> weights =
        files.stream().filter(f -> f.path().endsWith(".safetensors")).toList();
    boolean config = files.stream().anyMatch(f -> f.path().equals("config.json"));
    if (weights.isEmpty() || !config) {
      throw new OcelliException(
          Kind.USAGE,
          ref
              + ": the repository has neither GGUF files nor config.json with safetensors; name one that has");
    }
    if (ref.tag() != null || ref.file() != null) {
      throw new OcelliException(
          Kind.USAGE,
          "%s: the repository has no GGUF files, so there is no %s; leave out what stands behind the colon for the whole snapshot"
              .formatted(
                  ref, Printable.of(String.valueOf(ref.tag() != null ? ref.tag() : ref.file()))));
    }
    if (weights.stream().anyMatch(f -> SAFETENSORS_SHARD.matcher(f.path()).matches())) {
      complete(
          weights.stream().filter(f -> SAFETENSORS_SHARD.matcher(f.path()).matches()).toList(),
          SAFETENSORS_SHARD,
          ref);
    }
    return new FileSelection(files, null, true);
  }

  private static boolean ofSnapshot(RemoteFile f) {
    String path = f.path();
    return !path.contains("/")
        && !path.startsWith(".")
        && !path.startsWith("consolidated")
        && (path.endsWith(".safetensors")
            || path.endsWith(".json")
            || path.endsWith(".jinja")
            || path.endsWith(".txt")
            || path.endsWith(".model")
            || path.toUpperCase(Locale.ROOT).startsWith("LICENSE"));
  }
}
