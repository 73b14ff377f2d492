package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli bench}: measures prompt, picture and decode rates. */
@Command(
    name = "bench",
    description = {
      "Measures how fast a model computes: prompts (pp), replies (tg) and pictures (image).",
      "The first run of each test warms up and is not counted; rates are means over the other runs."
    },
    customSynopsis =
        "ocelli bench [-m MODEL] [-p N] [-n N] [-t N[,N...]] [--image WxH] [-r N] [OPTIONS]",
    sortOptions = false)
final class BenchCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "Language model. Default: the embedded nano model.")
  String model = "nano";

  @Option(
      names = {"-mm", "--mmproj"},
      paramLabel = "FILE",
      description = "Vision file of the model.")
  java.nio.file.@Nullable Path mmproj;

  @Option(
      names = {"-p", "--n-prompt"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Tokens of the prompt; 0 leaves the test out. Default: ${DEFAULT-VALUE}.")
  int prompt;

  @Option(
      names = {"-n", "--n-gen"},
      paramLabel = "N",
      defaultValue = "128",
      description = "Tokens of the reply; 0 leaves the test out. Default: ${DEFAULT-VALUE}.")
  int generate;

  @Option(
      names = "--image",
      paramLabel = "WxH",
      description = "Size of a picture in pixels; several times for several. Default: no picture.")
  List<String> images = new ArrayList<>();

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      split = ",",
      description =
          "Numbers of threads to try, with commas. Default: the number of physical cores.")
  List<Integer> threads = new ArrayList<>();

  @Option(
      names = {"-r", "--repetitions"},
      paramLabel = "N",
      defaultValue = "5",
      description = "Runs of each test. Default: ${DEFAULT-VALUE}.")
  int repetitions;

  @Option(
      names = {"--chunk", "-b", "--batch-size", "-ub", "--ubatch-size"},
      paramLabel = "N",
      defaultValue = "512",
      description = "Prompt tokens computed at once. Default: ${DEFAULT-VALUE}.")
  int chunk;

  @Option(
      names = {"-ctk", "--cache-type-k"},
      paramLabel = "TYPE",
      defaultValue = "f16",
      description = "Type of cached keys and values: f16, f32 or q8_0. Default: ${DEFAULT-VALUE}.")
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
      names = {"--json"},
      description = "Print a JSON array with llama-bench's field names.")
  boolean json;

  private final Context context;

  BenchCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    check("-p", prompt, 0);
    check("-n", generate, 0);
    check("-r", repetitions, 1);
    if (prompt == 0 && generate == 0 && images.isEmpty()) {
      throw new OcelliException(
          Kind.USAGE, "-p and -n are 0 and no --image is given; leave one of the tests in");
    }
    List<BenchSize> sizes = images.stream().map(BenchSize::parse).toList();
    if (threads.isEmpty()) {
      threads.add(0);
    }
    threads.forEach(t -> check("-t", t, 0));
    Progress progress = new Progress(context.streams(), common.quiet);
    List<BenchResult> results = new ArrayList<>();
    for (int t : threads) {
      ModelFlags flags = flags(t);
      try (LoadedModel loaded = context.models().open(flags, !sizes.isEmpty(), progress)) {
        context.interrupts().cancelWith(loaded::cancel);
        BenchTests tests = new BenchTests(loaded, repetitions, context.interrupts(), progress);
        if (common.verbose) {
          loaded.facts().forEach(f -> context.streams().err().println(f));
        }
        if (prompt > 0) {
          results.add(tests.prompt(prompt, t));
        }
        if (generate > 0) {
          results.add(tests.generate(generate, t));
        }
        for (BenchSize size : sizes) {
          results.add(tests.image(size, t));
        }
      }
      progress.clear();
    }
    context
        .streams()
        .out()
        .print(json ? BenchResult.json(results, flags(0)) + "\n" : BenchResult.table(results));
    return ExitCode.OK;
  }

  private ModelFlags flags(int threadCount) {
    ModelFlags flags = new ModelFlags();
    flags.model = model;
    flags.mmproj = mmproj;
    flags.threads = threadCount;
    flags.threadsBatch = threadCount;
    flags.chunk = chunk;
    flags.cacheTypeK = cacheType;
    flags.exact = exact;
    flags.level = level;
    flags.draft = "off"; // its one-word prompts would show the best case
    return flags;
  }

  private static void check(String flag, int value, int least) {
    if (value < least) {
      throw new OcelliException(
          Kind.USAGE, "%s %d is out of range; give %d or more".formatted(flag, value, least));
    }
  }
}
