package dev.ocelli.cli.quality;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.flags.SourceFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import dev.ocelli.cli.model.ModelSource;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import dev.ocelli.engine.kernels.Activations;
import dev.ocelli.engine.kernels.Cores;
import dev.ocelli.engine.kernels.KernelSet;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.PlannedMedia;
import dev.ocelli.engine.selftest.GoldenCase;
import dev.ocelli.engine.selftest.ReferenceCase;
import dev.ocelli.engine.selftest.SelfTest;
import dev.ocelli.engine.selftest.SelfTest.Tolerances;
import dev.ocelli.engine.selftest.StageResult;
import dev.ocelli.engine.tensor.TensorSource;
import dev.ocelli.nano.NanoReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ocelli selftest}: is every stage right on this machine? */
@Command(
    name = "selftest",
    description = {
      "Computes the reference cases that ship with the program and prints the largest error of every stage; exit code 1 when one is out of tolerance.",
      "With -m the model is tested, too: against its own reference values where they are known (nano, the tiny models), else for what must hold for every model: logits are numbers, and the same bits for every chunk size and thread count."
    },
    customSynopsis = "ocelli selftest [-m MODEL [-mm MMPROJ]] [OPTIONS]",
    sortOptions = false)
public final class SelfTestCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Option(
      names = {"-m", "--model"},
      paramLabel = "FILE",
      description = "A model to test besides those in the program.")
  @Nullable String model;

  @Mixin SourceFlags source = new SourceFlags();

  @Option(
      names = {"-mm", "--mmproj"},
      paramLabel = "FILE",
      description = "Vision file of the model. Default: the only mmproj*.gguf beside it.")
  @Nullable Path mmproj;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads. Default: the number of physical cores.")
  int threads;

  @Option(
      names = "--level",
      paramLabel = "NAME",
      defaultValue = "auto",
      description = "Instruction-set level of the kernels. Default: ${DEFAULT-VALUE}.")
  String level = "auto";

  @Option(names = "--json", description = "Print every stage of every case as a JSON line.")
  boolean json;

  private final Context context;
  private final ShippedReference shipped = new ShippedReference();

  public SelfTestCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    ModelSource.Files named =
        new ModelSource(context, common.quiet)
            .files(source, new ModelSource.Files(model, mmproj), true);
    model = named.model();
    mmproj = named.mmproj();
    ModelFlags flags = flags();
    EngineOpener.requireThreads(flags);
    // Opened first: a file that cannot be used is found out at once.
    ModelFiles given = model == null ? null : EngineOpener.files(flags, true);
    List<StageResult> results = new ArrayList<>();
    try (Workers workers = new WorkerTeam(threads > 0 ? threads : Cores.physical())) {
      KernelSet exact = KernelSet.named(level, Activations.EXACT);
      KernelSet usual = KernelSet.named(level, Activations.QUANTIZED);
      Progress progress = new Progress(context.streams(), common.quiet);
      for (ShippedReference.Tiny tiny : ShippedReference.MODELS) {
        progress.show("testing", results.size(), 0);
        try (SelfTest test =
            new SelfTest(
                tiny.label(), shipped.model(tiny), exact, exact, workers, Tolerances.FLOAT32)) {
          results.addAll(golden(test, tiny));
        }
      }
      results.addAll(nano(nanoFiles(), "nano Q8_0 (embedded)", usual, workers));
      if (given != null) {
        results.addAll(given(given, usual, workers));
      }
      progress.clear();
      SelfTestReport report = new SelfTestReport(results, exact.level().label(), workers.threads());
      context.streams().out().print(json ? report.jsonLines() : report.table());
      return report.failures() > 0 ? ExitCode.FAILED_CHECK : ExitCode.OK;
    } finally {
      if (given != null) {
        given.close();
      }
    }
  }

  private ModelFlags flags() {
    ModelFlags flags = new ModelFlags();
    flags.model = model;
    flags.mmproj = mmproj;
    flags.threads = threads;
    return flags;
  }

  private List<StageResult> golden(SelfTest test, ShippedReference.Tiny tiny) {
    List<StageResult> results = new ArrayList<>();
    for (String c : tiny.cases()) {
      results.addAll(
          test.run(GoldenCase.read(shipped, tiny.folder(c), tiny.logitsOf(c), test.pictures())));
    }
    return results;
  }

  private static ModelFiles nanoFiles() {
    return EngineOpener.files(new ModelFlags(), true);
  }

  /** Nano as users run it: weights as they are stored, activations quantized. */
  private static List<StageResult> nano(
      ModelFiles files, String label, KernelSet kernels, Workers workers) {
    boolean quantized = quantized(files.language());
    Tolerances tolerances = quantized ? NanoReference.QUANTIZED : Tolerances.FLOAT32;
    return nano(new SelfTest(label, files, kernels, kernels, workers, tolerances));
  }

  private static List<StageResult> nano(SelfTest opened) {
    try (SelfTest test = opened) {
      List<StageResult> results = new ArrayList<>();
      for (ReferenceCase c : NanoReference.cases(test.pictures(), ShippedReference::picture)) {
        results.addAll(test.run(c));
      }
      return results;
    }
  }

  private static boolean quantized(TensorSource tensors) {
    return tensors.tensors().stream().anyMatch(t -> t.type().isQuantized());
  }

  private List<StageResult> given(ModelFiles files, KernelSet kernels, Workers workers) {
    String label = files.language().origin();
    boolean sees = files.vision() != null;
    if (sees && files.name().equals("qwen3vl-nano")) {
      List<StageResult> results = new ArrayList<>(nano(files, label, kernels, workers));
      TensorSource vision = files.vision();
      if (kernels.hasBfloat16() && vision != null && !quantized(vision)) {
        // As it runs by default on this processor; the files were closed by the first test.
        results.addAll(
            nano(
                new SelfTest(
                    label + ", vision tower in bfloat16",
                    EngineOpener.files(flags(), true),
                    kernels,
                    kernels.withBfloat16(),
                    workers,
                    NanoReference.BFLOAT16)));
      }
      return results;
    }
    Optional<ShippedReference.Tiny> tiny = ShippedReference.named(files.name());
    try (SelfTest test =
        new SelfTest(label, files, kernels, kernels, workers, Tolerances.FLOAT32)) {
      if (sees && tiny.isPresent() && !quantized(files.language())) {
        return golden(test, tiny.get());
      }
      List<StageResult> results = new ArrayList<>();
      results.addAll(
          test.checkConsistency(
              "text",
              List.of(Message.of("user", "Name three colours and say what each brings to mind.")),
              List.of()));
      if (sees) {
        ReferenceCase picture =
            NanoReference.cases(test.pictures(), ShippedReference::picture).getFirst();
        List<PlannedMedia> media = picture.media();
        results.addAll(
            test.checkConsistency(
                "picture",
                List.of(
                    Message.user(List.of(new Content.Image(), new Content.Text("What is it?")))),
                media));
      }
      return results;
    }
  }
}
