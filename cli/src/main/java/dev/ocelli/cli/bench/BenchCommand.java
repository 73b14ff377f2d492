package dev.ocelli.cli.bench;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.AdapterFlags;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.SourceFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.LoadedModel;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.cli.model.QualityText;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.kernels.LoadMode;
import dev.ocelli.engine.quality.Perplexity;
import dev.ocelli.engine.quantize.Requantization;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli bench}: measures prompt, picture and decode rates. */
@Command(
    name = "bench",
    description = {
      "Measures how fast a model computes: prompts (pp), replies (tg) and pictures (image).",
      "Each test first runs uncounted, for a second and once at least; rates are means over the runs behind that. Options that take numbers with commas are tried in all combinations."
    },
    customSynopsis =
        "ocelli bench [-m MODEL]... [-p N[,N...]] [-n N[,N...]] [-d N[,N...]] [-t N[,N...]] [--parallel N[,N...]] [--image WxH] [-r N] [-f TEXT] [-o FORMAT] [OPTIONS]",
    sortOptions = false)
public final class BenchCommand implements Callable<Integer> {
  /** More are no use: each is a thread and a context of its own. */
  private static final int MOST_PARALLEL = 1024;

  private static final Pattern PAIR = Pattern.compile("(\\d{1,8}),(\\d{1,8})");

  @Mixin AdapterFlags adapters = new AdapterFlags();

  @Mixin CommonFlags common = new CommonFlags();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description =
          "Language model; several times for several, such as quantizations of one model, which are then also told in a table with a line for each. Default: the embedded nano model.")
  List<String> models = new ArrayList<>();

  @Mixin SourceFlags source = new SourceFlags();

  @Option(
      names = {"-mm", "--mmproj"},
      paramLabel = "FILE",
      description =
          "Vision file of the model. Default: the only mmproj*.gguf beside the model, where --image is given.")
  @Nullable Path mmproj;

  @Option(
      names = {"-f", "--file"},
      paramLabel = "TEXT",
      description =
          "UTF-8 text; the perplexity of each model is computed, too, in windows of 512 tokens.")
  @Nullable Path text;

  @Option(
      names = "--chunks",
      paramLabel = "N",
      description = "Read the first N windows of the text only. Default: all.")
  int windows = Integer.MAX_VALUE;

  @Option(
      names = {"-p", "--n-prompt"},
      paramLabel = "N",
      split = ",",
      defaultValue = "512",
      description = "Tokens of the prompt; 0 leaves the test out. Default: ${DEFAULT-VALUE}.")
  List<Integer> prompts = new ArrayList<>();

  @Option(
      names = {"-n", "--n-gen"},
      paramLabel = "N",
      split = ",",
      defaultValue = "128",
      description = "Tokens of the reply; 0 leaves the test out. Default: ${DEFAULT-VALUE}.")
  List<Integer> replies = new ArrayList<>();

  @Option(
      names = "-pg",
      paramLabel = "P,N",
      description =
          "A prompt of P tokens and a reply of N behind it, as one test with the rate of both; several times for several.")
  List<String> pairs = new ArrayList<>();

  @Option(
      names = {"-d", "--n-depth"},
      paramLabel = "N",
      split = ",",
      defaultValue = "0",
      description =
          "Tokens in the context before each test of text, computed first and not counted. Default: ${DEFAULT-VALUE}.")
  List<Integer> depths = new ArrayList<>();

  @Option(
      names = {"-np", "--parallel"},
      paramLabel = "N",
      split = ",",
      defaultValue = "1",
      description =
          "Sequences that generate at once, each on its own thread, in tests of replies. The rate is that of all together: tokens of all sequences from when each has its first until the first one ends. Default: ${DEFAULT-VALUE}.")
  List<Integer> parallel = new ArrayList<>();

  @Option(
      names = "--image",
      paramLabel = "WxH",
      split = ",",
      description =
          "Size of a picture in pixels; several times for several. The vision tower alone is measured. Default: no picture.")
  List<String> images = new ArrayList<>();

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      split = ",",
      description = "Numbers of threads to try. Default: the number of physical cores.")
  List<Integer> threads = new ArrayList<>();

  @Option(
      names = {"--chunk", "-b", "--batch-size", "-ub", "--ubatch-size"},
      paramLabel = "N",
      split = ",",
      defaultValue = "512",
      description = "Prompt tokens computed at once. Default: ${DEFAULT-VALUE}.")
  List<Integer> chunks = new ArrayList<>();

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each test. Default: ${DEFAULT-VALUE}.")
  int repetitions;

  @Option(names = "--no-warmup", description = "Make no uncounted runs.")
  boolean noWarmup;

  @Option(
      names = {"-ctk", "--cache-type-k", "-ctv", "--cache-type-v"},
      paramLabel = "TYPE",
      defaultValue = "f16",
      description =
          "Type of cached keys and values, the same for both: f16, f32 or q8_0. Default: ${DEFAULT-VALUE}.")
  String cacheType = "f16";

  @Option(names = "--exact", description = "Compute with float32 activations.")
  boolean exact;

  @Option(
      names = "--level",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Instruction-set level of the kernels. Default: ${DEFAULT-VALUE}.")
  String level = "auto";

  @Option(
      names = "--vision-precision",
      paramLabel = "TYPE",
      defaultValue = "auto",
      description =
          "What the vision tower multiplies: f32, bf16 or auto. Default: ${DEFAULT-VALUE}.")
  String visionPrecision = "auto";

  @Option(
      names = "--load-mode",
      paramLabel = "MODE",
      description = "Weights: repack (default), mmap or mlock.")
  LoadMode loadMode = LoadMode.REPACK;

  @Option(
      names = "--requantize",
      paramLabel = "TYPE",
      description =
          "What weights of 8 to 32 bits of floating point become in memory: q8_0, q4_k (the output matrix Q6_K) or off (default).")
  Requantization requantization = Requantization.OFF;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description =
          "table (Markdown, default; with -v also the rate at which replies read weights and prompts and pictures multiply, and its share of what the machine can do), json, jsonl or csv. Fields have llama-bench's names.")
  BenchReport.Format format = BenchReport.Format.TABLE;

  @Option(names = "--json", description = "The same as -o json.")
  void json(boolean value) {
    format = BenchReport.Format.JSON;
  }

  private final Context context;

  /** What the text says. */
  private String words = "";

  /** By the file's name: it is the same for all settings. */
  private final Map<String, Perplexity> perplexities = new HashMap<>();

  public BenchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<BenchTest> words = textTests();
    List<BenchTest> pictures =
        images.stream().map(BenchSize::parse).map(BenchTest::ofImage).toList();
    if (words.isEmpty() && pictures.isEmpty()) {
      throw new OcelliException(
          Kind.USAGE, "-p and -n are 0 and no -pg or --image is given; leave one of the tests in");
    }
    check("-r", repetitions, 1);
    check("-t", threads, 0);
    check("-b", chunks, 1);
    check("--chunks", windows, 1);
    readText();
    Progress progress = new Progress(context.streams(), common.quiet);
    List<BenchResult> results = new ArrayList<>();
    for (ModelSource.Files files : files()) {
      for (int t : threads.isEmpty() ? List.of(0) : threads) {
        boolean first = true;
        for (int chunk : chunks) {
          List<BenchTest> tests = new ArrayList<>(words);
          if (first) {
            tests.addAll(pictures); // they are not computed in chunks
          }
          first = false;
          if (!tests.isEmpty()) {
            results.addAll(run(tests, flags(files, t, chunk), progress));
          }
        }
      }
    }
    BenchReport report = new BenchReport(results, perplexities);
    context.streams().out().print(report.print(format, common.verbose));
    if (format.isTable() && (models.size() > 1 || text != null)) {
      context.streams().out().print("\n" + report.byType());
    }
    return ExitCode.OK;
  }

  private void readText() {
    Path file = text;
    if (file != null) {
      words = InputFiles.text(file, "a text", QualityText.MOST_BYTES);
    } else if (windows != Integer.MAX_VALUE) {
      throw new OcelliException(
          Kind.USAGE, "--chunks is given without a text; name one with -f or leave it out");
    }
  }

  /** All models; what is on a hub is fetched before anything is measured. */
  private List<ModelSource.Files> files() {
    List<@Nullable String> named = new ArrayList<>(models);
    if (named.isEmpty()) {
      named.add(null);
    }
    List<ModelSource.Files> all = new ArrayList<>();
    for (@Nullable String model : named) {
      ModelSource.Files files =
          new ModelSource(context, common.quiet)
              .files(source, new ModelSource.Files(model, mmproj), !images.isEmpty());
      all.add(
          new ModelSource.Files(files.model() == null ? "nano" : files.model(), files.mmproj()));
    }
    return all;
  }

  private List<BenchTest> textTests() {
    check("-p", prompts, 0);
    check("-n", replies, 0);
    check("-d", depths, 0);
    check("--parallel", parallel, 1);
    for (int n : parallel) {
      if (n > MOST_PARALLEL) {
        throw new OcelliException(
            Kind.USAGE,
            "--parallel %d is out of range; give %d or less".formatted(n, MOST_PARALLEL));
      }
    }
    List<BenchTest> tests = new ArrayList<>();
    for (int depth : depths) {
      prompts.forEach(p -> tests.add(new BenchTest(p, 0, depth, 1, null)));
      for (int sequences : parallel) {
        replies.forEach(n -> tests.add(new BenchTest(0, n, depth, sequences, null)));
      }
      pairs.forEach(pair -> tests.add(pair(pair, depth)));
    }
    tests.removeIf(t -> t.prompt() == 0 && t.generate() == 0);
    return tests;
  }

  private static BenchTest pair(String text, int depth) {
    Matcher m = PAIR.matcher(text);
    if (!m.matches()) {
      throw new OcelliException(
          Kind.USAGE,
          "-pg '%s' is no pair of numbers of tokens; for example 512,128".formatted(text));
    }
    int prompt = Integer.parseInt(m.group(1));
    return new BenchTest(prompt, Integer.parseInt(m.group(2)), depth, 1, null);
  }

  private List<BenchResult> run(List<BenchTest> tests, ModelFlags flags, Progress progress) {
    List<BenchResult> results = new ArrayList<>();
    try (LoadedModel loaded = context.models().open(flags, !flags.noMmproj, progress)) {
      context.interrupts().cancelWith(loaded::cancel);
      if (common.verbose) {
        loaded.facts().forEach(f -> context.streams().err().println(f));
      }
      boolean limits = common.verbose || !format.isTable();
      BenchTests.Runs runs = new BenchTests.Runs(!noWarmup, repetitions, limits);
      BenchTests bench = new BenchTests(loaded, flags, runs, context.interrupts(), progress);
      Path file = text; // first, so that one that is no measure is told at once
      String model = loaded.card().file();
      if (file != null && !perplexities.containsKey(model)) {
        progress.show("reading the text");
        Perplexity perplexity = loaded.perplexity(words, file, windows);
        bench.requireFinished();
        perplexities.put(model, perplexity);
      }
      for (BenchTest test : tests) {
        results.add(bench.run(test));
      }
    } finally {
      progress.clear();
    }
    return results;
  }

  private ModelFlags flags(ModelSource.Files files, int threadCount, int chunk) {
    ModelFlags flags = new ModelFlags();
    flags.model = files.model();
    flags.mmproj = files.mmproj();
    flags.noMmproj = images.isEmpty() && files.mmproj() == null;
    flags.adapters = adapters;
    flags.threads = threadCount;
    flags.threadsBatch = threadCount;
    flags.chunk = chunk;
    flags.cacheTypeK = cacheType;
    flags.cacheTypeV = cacheType;
    flags.exact = exact;
    flags.level = level;
    flags.visionPrecision = visionPrecision;
    flags.loadMode = loadMode;
    flags.requantization = requantization;
    flags.cacheRam = 0; // every run computes all of its prompt
    flags.draft = "off"; // its one-word prompts would show the best case
    return flags;
  }

  private static void check(String flag, List<Integer> values, int least) {
    values.forEach(value -> check(flag, value, least));
  }

  private static void check(String flag, int value, int least) {
    if (value < least) {
      throw new OcelliException(
          Kind.USAGE, "%s %d is out of range; give %d or more".formatted(flag, value, least));
    }
  }
}
