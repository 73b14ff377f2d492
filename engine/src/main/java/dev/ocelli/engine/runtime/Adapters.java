package dev.ocelli.engine.runtime;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.cache.Sha256;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.lora.Adapter;
import dev.ocelli.engine.lora.AdapterFile;
import dev.ocelli.engine.lora.AdapterSet;
import dev.ocelli.engine.tensor.Printable;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The LoRA adapters of a loaded model: they come and go while it answers. A reply keeps those that
 * it began with. Thread-safe.
 */
public final class Adapters implements AutoCloseable {
  private final MemoryPlan plan;
  private final MemoryKeeper memory;
  private final KernelSet kernels;
  private final List<Entry> entries = new ArrayList<>();
  private int nextId;

  /**
   * An adapter that is loaded.
   *
   * @param id stays its own; numbers of removed adapters are not given again
   * @param scale how much of it replies get that do not say so themselves
   * @param since when it came
   */
  public record Entry(int id, Adapter adapter, float scale, Instant since) {}

  /** How much of an adapter is wanted. */
  public record Choice(int id, float scale) {}

  /**
   * What is left of an adapter when its model is unloaded.
   *
   * @param file from which it is loaded again
   * @param bytes of memory
   */
  public record KeptEntry(
      int id,
      String name,
      Path file,
      float scale,
      int rank,
      String sha256,
      long bytes,
      Instant since) {}

  /**
   * What is left of all of them.
   *
   * @param nextId the number of the next
   */
  public record Kept(List<KeptEntry> entries, int nextId) {
    /** Of a model that had none. */
    public static final Kept NONE = new Kept(List.of(), 0);

    /** Bytes of memory that they take when they are loaded. */
    public long bytes() {
      return entries.stream().mapToLong(KeptEntry::bytes).sum();
    }
  }

  Adapters(MemoryPlan plan, MemoryKeeper memory, KernelSet kernels) {
    this.plan = plan;
    this.memory = memory;
    this.kernels = kernels;
  }

  /** All of them, in the order in which they came. */
  public synchronized List<Entry> list() {
    return List.copyOf(entries);
  }

  /** The adapter of a name, or null. */
  public synchronized @Nullable Entry find(String name) {
    for (Entry e : entries) {
      if (e.adapter().name().equals(name)) {
        return e;
      }
    }
    return null;
  }

  /**
   * Loads those that come with the model; none of them is kept when one cannot be loaded.
   *
   * @throws OcelliException as {@link #add}
   */
  void addAll(List<EngineOptions.AdapterChoice> choices) {
    try {
      choices.forEach(c -> add(c.file(), null, c.scale()));
    } catch (Throwable e) {
      close();
      throw e;
    }
  }

  /**
   * Loads an adapter; what runs is not held up.
   *
   * @param name must be new; null for one made of the file's
   * @param scale as of {@link Entry}
   * @throws OcelliException MODEL when the file is no adapter of this model; USAGE when the name is
   *     taken or the scale no number; RESOURCE when memory does not suffice
   */
  public Entry add(Path path, @Nullable String name, float scale) {
    requireScale(scale);
    if (name != null) {
      requireNew(name);
    }
    Adapter adapter = load(path, name);
    synchronized (this) {
      return enter(new Entry(nextId, adapter, scale, Instant.now()));
    }
  }

  private Adapter load(Path path, @Nullable String name) {
    try (AdapterFile file = AdapterFile.open(path)) {
      plan.requireFit(file);
      memory.requireAdapter(file);
      String own = name == null ? unused(stem(path)) : name;
      return Adapter.load(own, file, hash(file), kernels);
    }
  }

  /** Takes an adapter, or lets it go. */
  private synchronized Entry enter(Entry entry) {
    try {
      requireNew(entry.adapter().name());
    } catch (OcelliException e) {
      entry.adapter().release();
      throw e;
    }
    entries.add(entry);
    nextId = Math.max(nextId, entry.id() + 1);
    return entry;
  }

  /** What is needed to have the same adapters again when the model is loaded again. */
  public synchronized Kept kept() {
    List<KeptEntry> all = new ArrayList<>();
    for (Entry e : entries) {
      Adapter a = e.adapter();
      all.add(
          new KeptEntry(
              e.id(),
              a.name(),
              Path.of(a.file()),
              e.scale(),
              a.rank(),
              a.sha256(),
              a.bytes(),
              e.since()));
    }
    return new Kept(List.copyOf(all), nextId);
  }

  /**
   * Loads what an earlier engine of the model had, under the same numbers, names and scales.
   *
   * @param lost told of each that cannot be loaded any more; the others are
   */
  public void restore(Kept kept, BiConsumer<KeptEntry, OcelliException> lost) {
    for (KeptEntry e : kept.entries()) {
      try {
        enter(new Entry(e.id(), load(e.file(), e.name()), e.scale(), e.since()));
      } catch (OcelliException x) {
        lost.accept(e, x);
      }
    }
    synchronized (this) {
      nextId = Math.max(nextId, kept.nextId());
    }
  }

  private static String hash(AdapterFile file) {
    List<String> hashes = file.source().files().stream().map(f -> Sha256.of(f.bytes())).toList();
    return hashes.size() == 1 ? hashes.getFirst() : Sha256.of(String.join(",", hashes));
  }

  private static String stem(Path path) {
    String name = String.valueOf(path.getFileName());
    return name.toLowerCase(Locale.ROOT).endsWith(".gguf")
        ? name.substring(0, name.length() - ".gguf".length())
        : name;
  }

  private String unused(String stem) {
    String name = stem;
    for (int i = 2; find(name) != null; i++) {
      name = stem + "-" + i;
    }
    return name;
  }

  private void requireNew(String name) {
    if (find(name) != null) {
      throw new OcelliException(
          Kind.USAGE,
          "there is an adapter '%s' already; remove it first, or choose another name"
              .formatted(Printable.of(name)));
    }
  }

  private static void requireScale(float scale) {
    if (!Float.isFinite(scale)) {
      throw new OcelliException(
          Kind.USAGE, "the scale of an adapter is %s; give a number".formatted(scale));
    }
  }

  /**
   * Removes an adapter. Its memory is freed when the last reply that uses it has ended.
   *
   * @throws OcelliException USAGE when there is none of that name
   */
  public synchronized void remove(String name) {
    Entry e = find(name);
    if (e == null) {
      throw new OcelliException(
          Kind.USAGE,
          "there is no adapter '%s'; there are %s".formatted(Printable.of(name), names()));
    }
    entries.remove(e);
    e.adapter().release();
  }

  /**
   * Says what replies get from now on that do not say so themselves: nothing of adapters that are
   * not listed.
   *
   * @throws OcelliException USAGE when an id is unknown or named twice, or a scale is no number
   */
  public synchronized void scale(List<Choice> choices) {
    select(choices);
    entries.replaceAll(e -> {
      float scale = 0;
      for (Choice c : choices) {
        scale = c.id() == e.id() ? c.scale() : scale;
      }
      return new Entry(e.id(), e.adapter(), scale, e.since());
    });
  }

  /** What replies get that do not say so themselves. */
  public synchronized AdapterSet inForce() {
    return new AdapterSet(
        entries.stream().map(e -> new AdapterSet.Use(e.adapter(), e.scale())).toList());
  }

  /**
   * The adapters of these choices.
   *
   * @throws OcelliException USAGE when an id is unknown or named twice, or a scale is no number
   */
  public synchronized AdapterSet select(List<Choice> choices) {
    List<AdapterSet.Use> uses = new ArrayList<>();
    for (Choice c : choices) {
      Entry entry = byId(c.id());
      if (entry == null) {
        throw new OcelliException(
            Kind.USAGE, "there is no adapter %d; there are %s".formatted(c.id(), names()));
      }
      if (choices.stream().filter(o -> o.id() == c.id()).count() > 1) {
        throw new OcelliException(
            Kind.USAGE, "adapter %d is named twice; give its scale once".formatted(c.id()));
      }
      uses.add(new AdapterSet.Use(entry.adapter(), c.scale()));
    }
    return new AdapterSet(uses);
  }

  private @Nullable Entry byId(int id) {
    for (Entry e : entries) {
      if (e.id() == id) {
        return e;
      }
    }
    return null;
  }

  private String names() {
    return entries.isEmpty()
        ? "none"
        : entries.stream()
            .map(e -> "%d (%s)".formatted(e.id(), Printable.of(e.adapter().name())))
            .collect(Collectors.joining(", "));
  }

  /**
   * Keeps adapters in memory until the lease ends.
   *
   * @param wanted null for those in force
   * @throws OcelliException USAGE when one has been removed
   */
  public synchronized AdapterSet.Lease hold(@Nullable AdapterSet wanted) {
    return (wanted == null ? inForce() : wanted).hold();
  }

  /** Lets all of them go. */
  @Override
  public synchronized void close() {
    entries.forEach(e -> e.adapter().release());
    entries.clear();
  }
}
