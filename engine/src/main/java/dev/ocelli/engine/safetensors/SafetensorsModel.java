package dev.ocelli.engine.safetensors;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.tensor.ModelFiles;
import dev.ocelli.engine.tensor.Printable;
import dev.ocelli.engine.tensor.Tensor;
import dev.ocelli.engine.tensor.TensorSource;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A Qwen3-VL model in Hugging Face's layout: a folder with {@code config.json} and one {@code
 * model.safetensors}, or several files and {@code model.safetensors.index.json}. Tensors of both
 * the language model and the vision tower have their GGUF names ({@link HfNames}); what the model
 * does not know keeps its own name.
 *
 * <p>Most tensors are views of the mapped files. Those that lie otherwise than in GGUF are copied
 * into native memory whenever they are asked for: the patch embedding, and the experts. Ask for
 * them once and drop them after use. FP8 weights come with their factors ({@link Tensor#scales}).
 *
 * <p>Immutable and thread-safe until closed.
 */
public final class SafetensorsModel implements TensorSource {
  private static final String INDEX = "model.safetensors.index.json";
  private static final String SINGLE = "model.safetensors";

  /** Beside the weights, what replies depend on. */
  private static final List<String> BESIDE = List.of("config.json", "tokenizer.json");

  /** What {@link HfNames} adds to the name of a weight for that of its factors. */
  private static final String SCALES = ".scale_inv";

  private final Path folder;
  private final HfConfig config;
  private final List<SafetensorsFile> files;
  private final SequencedMap<String, Tensor> own = new LinkedHashMap<>();
  private final SequencedMap<String, Supplier<Tensor>> canonical = new LinkedHashMap<>();

  /** Factors of FP8 weights, by the name of the weight. */
  private final Map<String, Supplier<Tensor>> scales = new HashMap<>();

  /** Experts that have a tensor each, by the name of the stacked tensor. */
  private final SequencedMap<String, TreeMap<Integer, Tensor>> stacks = new LinkedHashMap<>();

  private SafetensorsModel(Path folder, HfConfig config, List<SafetensorsFile> files) {
    this.folder = folder;
    this.config = config;
    this.files = files;
  }

  /**
   * Opens a model.
   *
   * @param path the folder, or one of its safetensors or index files
   * @throws OcelliException when a file is missing, damaged, or belongs to another architecture
   */
  public static SafetensorsModel open(Path path) {
    Path folder = path;
    if (Files.isRegularFile(path)) {
      folder = path.toAbsolutePath().getParent();
    } else if (!Files.isDirectory(path)) {
      throw error(path, "there is no such folder; give a model's folder with its config.json");
    }
    if (folder == null) {
      throw error(path, "this file has no folder; give a model's folder with its config.json");
    }
    if (!Files.exists(folder.resolve("config.json"))) {
      throw error(
          folder,
          "the folder has no config.json, so it is no model's; give a .gguf file or a model's folder");
    }
    HfConfig config = HfConfig.read(folder);
    List<SafetensorsFile> files = new ArrayList<>();
    try {
      SafetensorsModel model = new SafetensorsModel(folder, config, files);
      model.openFiles();
      model.own.values().forEach(model::name);
      model.stacks.forEach(model::checkStack);
      model.checkScales();
      return model;
    } catch (Throwable e) {
      files.forEach(SafetensorsFile::close);
      throw e;
    }
  }

  private void openFiles() {
    Path index = folder.resolve(INDEX);
    Path single = folder.resolve(SINGLE);
    if (Files.exists(single)) {
      SafetensorsFile f = SafetensorsFile.open(single);
      files.add(f);
      f.tensors().forEach(t -> own.put(t.name(), t));
    } else if (Files.exists(index)) {
      openShards(index);
    } else {
      throw error(
          folder,
          "the folder has neither %s nor %s; download the model completely"
              .formatted(SINGLE, INDEX));
    }
  }

  private void openShards(Path index) {
    JsonFields map = JsonFields.read(index).object("weight_map");
    Map<String, SafetensorsFile> opened = new TreeMap<>();
    for (String tensor : map.names()) {
      String name = map.text(tensor);
      SafetensorsFile shard = opened.get(name);
      if (shard == null) {
        if (!name.endsWith(".safetensors") || !name.matches("[\\w.-]+")) {
          throw map.wrong(tensor, "the plain name of a .safetensors file");
        }
        shard = SafetensorsFile.open(folder.resolve(name));
        files.add(shard);
        opened.put(name, shard);
      }
      Tensor t = shard.find(tensor);
      if (t == null) {
        throw error(
            index,
            "tensor '%s' should be in %s, but is not; download both again"
                .formatted(Printable.of(tensor), shard.origin()));
      }
      own.put(tensor, t);
    }
  }

  private void name(Tensor t) {
    switch (HfNames.meaning(t.name())) {
      case HfNames.Meaning.Plain p -> {
        boolean tiedHead = p.canonical().equals("output.weight") && config.tiedEmbeddings();
        if (!tiedHead) {
          view(p.canonical(), t);
        }
      }
      case HfNames.Meaning.Deepstack d -> {
        int[] blocks = config.vision().deepstackBlocks();
        if (d.index() >= blocks.length) {
          throw error(
              t,
              "has no vision block: field 'vision_config.deepstack_visual_indexes' of %s has %d entries; the files do not belong together"
                  .formatted(config.origin(), blocks.length));
        }
        view("v.deepstack." + blocks[d.index()] + "." + d.part(), t);
      }
      case HfNames.Meaning.PatchEmbedding _ -> patchEmbedding(t);
      case HfNames.Meaning.FusedExperts f -> fusedExperts(f, t);
      case HfNames.Meaning.Expert e -> {
        Tensor other =
            stacks.computeIfAbsent(e.canonical(), _ -> new TreeMap<>()).put(e.number(), t);
        if (other != null) {
          throw twice(e.canonical(), t);
        }
      }
      case HfNames.Meaning.Unknown _ -> view(t.name(), t);
    }
  }

  private void view(String name, Tensor t) {
    Tensor named = new Tensor(name, t.type(), t.shape(), t.data(), t.origin());
    add(name, t, () -> named);
  }

  private void add(String name, Tensor from, Supplier<Tensor> tensor) {
    boolean scale = name.endsWith(SCALES);
    String weight = scale ? name.substring(0, name.length() - SCALES.length()) : name;
    if ((scale ? scales : canonical).putIfAbsent(weight, tensor) != null) {
      throw twice(name, from);
    }
  }

  private void checkScales() {
    for (String weight : scales.keySet()) {
      if (!canonical.containsKey(weight)) {
        throw error(
            folder,
            "there are scales ('weight_scale_inv') for '%s', but no such tensor; download the model completely"
                .formatted(weight));
      }
    }
  }

  private void patchEmbedding(Tensor t) {
    int frames = config.vision().temporalPatch();
    if (t.shape().length != 5 || t.shape()[2] != frames) {
      throw error(
          t,
          "has shape %s, but [hidden, channels, %d, height, width] is needed; the file is damaged"
              .formatted(Arrays.toString(t.shape()), frames));
    }
    for (int time = 0; time < frames; time++) {
      int at = time;
      String name = "v.patch_embd.weight" + (time == 0 ? "" : "." + time);
      add(name, t, () -> Relayout.atTime(name, t, at));
    }
  }

  /**
   * Published files hold y = x M: gate_up {@code [E, hidden, 2 effn]} and down {@code [E, effn,
   * hidden]}. Files that transformers 5 made hold the transposed matrices. Of the two tensors at
   * least one tells which, whatever the sizes are.
   */
  private void fusedExperts(HfNames.Meaning.FusedExperts f, Tensor t) {
    if (t.shape().length != 3) {
      throw error(t, "has %d dimensions, not 3; the file is damaged".formatted(t.shape().length));
    }
    String weights = f.scale() ? t.name().replace("_scale_inv", "") : t.name();
    boolean published = publishedLayout(weights);
    String prefix = "blk." + f.layer() + ".ffn_";
    String ending = "_exps.weight" + (f.scale() ? ".scale_inv" : "");
    if (f.down()) {
      String name = prefix + "down" + ending;
      if (published) {
        add(name, t, () -> Relayout.transposed(name, t, 0, t.shape()[2]));
      } else {
        view(name, t);
      }
      return;
    }
    long both = t.shape()[published ? 2 : 1];
    if (both % 2 != 0) {
      throw error(
          t,
          "has %d columns for gate and up together, which is odd; the file is damaged"
              .formatted(both));
    }
    HfConfig.Quantization q = config.quantization();
    HfConfig.Moe moe = config.text().moe();
    if (f.scale() && q != null && moe != null && moe.feedForward() % q.blockRows() != 0) {
      throw error(
          t,
          "has blocks of %d rows, in which gate and up projections of %d rows meet; use a file with one tensor an expert"
              .formatted(q.blockRows(), moe.feedForward()));
    }
    for (boolean up : new boolean[] {false, true}) {
      String name = prefix + (up ? "up" : "gate") + ending;
      long from = up ? both / 2 : 0;
      add(
          name,
          t,
          published
              ? () -> Relayout.transposed(name, t, from, from + both / 2)
              : () -> Relayout.rows(name, t, from, from + both / 2));
    }
  }

  private boolean publishedLayout(String anyProjection) {
    String base = anyProjection.substring(0, anyProjection.lastIndexOf('.') + 1);
    Tensor gateUp = need(base + "gate_up_proj");
    Tensor down = need(base + "down_proj");
    HfConfig.Moe moe = config.text().moe();
    if (moe == null) {
      throw error(
          gateUp,
          "is a tensor of experts, but field 'model_type' of %s is '%s'; the files do not belong together"
              .formatted(config.origin(), config.modelType()));
    }
    long hidden = config.text().hidden();
    long effn = moe.feedForward();
    if (shaped(gateUp, moe.experts(), hidden, 2 * effn)
        && shaped(down, moe.experts(), effn, hidden)) {
      return true;
    }
    if (shaped(gateUp, moe.experts(), 2 * effn, hidden)
        && shaped(down, moe.experts(), hidden, effn)) {
      return false;
    }
    throw error(
        gateUp,
        "has shape %s and '%s' %s, which do not fit %d experts of %d in a model of %d (%s); the files do not belong together"
            .formatted(
                Arrays.toString(gateUp.shape()),
                Printable.of(down.name()),
                Arrays.toString(down.shape()),
                moe.experts(),
                effn,
                hidden,
                config.origin()));
  }

  private static boolean shaped(Tensor t, long... shape) {
    return Arrays.equals(t.shape(), shape);
  }

  private Tensor need(String name) {
    Tensor t = own.get(name);
    if (t == null) {
      throw error(
          folder,
          "tensor '%s' is missing; download the model completely".formatted(Printable.of(name)));
    }
    return t;
  }

  private void checkStack(String name, NavigableMap<Integer, Tensor> experts) {
    HfConfig.Moe moe = config.text().moe();
    int count = moe == null ? 0 : moe.experts();
    Tensor first = experts.firstEntry().getValue();
    for (int e = 0; e < Math.max(count, experts.lastKey() + 1); e++) {
      Tensor t = experts.get(e);
      if (t == null || e >= count) {
        throw error(
            first,
            "and its like should be of experts 0 to %d, but expert %d is %s; the files do not belong together"
                .formatted(count - 1, e, t == null ? "missing" : "there"));
      }
      if (t.type() != first.type() || !Arrays.equals(t.shape(), first.shape())) {
        throw error(
            t,
            "has type %s and shape %s, unlike '%s'; the file is damaged"
                .formatted(t.type(), Arrays.toString(t.shape()), Printable.of(first.name())));
      }
    }
    List<Tensor> parts = List.copyOf(experts.values());
    add(name, first, () -> Relayout.stacked(name, parts));
  }

  private OcelliException twice(String name, Tensor t) {
    return error(
        t, "is a second tensor for '" + name + "'; keep only one of the folder's variants");
  }

  private static OcelliException error(Tensor t, String problem) {
    return new OcelliException(
        OcelliException.Kind.MODEL,
        "%s: tensor '%s' %s".formatted(t.origin(), Printable.of(t.name()), problem));
  }

  private static OcelliException error(Path path, String problem) {
    return new OcelliException(OcelliException.Kind.MODEL, path + ": " + problem);
  }

  /** The model's configuration. */
  public HfConfig config() {
    return config;
  }

  /** The folder. */
  public Path folder() {
    return folder;
  }

  /** The tensors with their own names. */
  @Override
  public Collection<Tensor> fileTensors() {
    return Collections.unmodifiableCollection(own.values());
  }

  @Override
  public List<FileBytes> files() {
    List<FileBytes> all = new ArrayList<>();
    files.forEach(f -> all.addAll(f.files()));
    for (String name : BESIDE) {
      Path file = folder.resolve(name);
      if (Files.exists(file)) {
        all.add(new FileBytes(name, ModelFiles.map(file, "a file of the model", Arena.ofAuto())));
      }
    }
    return all;
  }

  @Override
  public String origin() {
    return folder.toString();
  }

  @Override
  public @Nullable Tensor find(String name) {
    Supplier<Tensor> tensor = canonical.get(name);
    if (tensor == null) {
      return null;
    }
    Supplier<Tensor> factors = scales.get(name);
    return Fp8Scales.apply(tensor.get(), factors == null ? null : factors.get(), config);
  }

  /**
   * All tensors by their GGUF names. Each is made when the iteration comes to it, see the class
   * comment; {@link #fileTensors} costs nothing.
   */
  @Override
  public Collection<Tensor> tensors() {
    return new AbstractCollection<>() {
      @Override
      public Iterator<Tensor> iterator() {
        Iterator<String> all = canonical.keySet().iterator();
        return new Iterator<>() {
          @Override
          public boolean hasNext() {
            return all.hasNext();
          }

          @Override
          public Tensor next() {
            return get(all.next());
          }
        };
      }

      @Override
      public int size() {
        return canonical.size();
      }
    };
  }

  @Override
  public long bytes() {
    long n = 0;
    for (Tensor t : fileTensors()) {
      n += t.data().byteSize();
    }
    return n;
  }

  @Override
  public void close() {
    files.forEach(SafetensorsFile::close);
  }
}
