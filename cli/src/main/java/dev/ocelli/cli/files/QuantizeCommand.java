package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Suggestion;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quant.Quants;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.quantize.ImportanceMatrix;
import dev.ocelli.engine.quantize.QuantizationPlan;
import dev.ocelli.engine.quantize.QuantizeOptions;
import dev.ocelli.engine.quantize.Quantizer;
import dev.ocelli.engine.tensor.DType;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli quantize}: writes a model or vision file with fewer bits a weight. */
@Command(
    name = "quantize",
    description = {
      "Writes a GGUF file with its tensors in other types, by the mixes of llama-quantize; a vision file (mmproj), too.",
      "Types: F32 F16 BF16 Q8_0 Q6_K Q5_K_M Q5_K_S Q5_1 Q5_0 Q4_K_M Q4_K_S Q4_1 Q4_0 IQ4_NL IQ4_XS MXFP4_MOE Q3_K_L Q3_K_M Q3_K_S IQ3_M IQ3_S IQ3_XS IQ3_XXS Q2_K Q2_K_S IQ2_M IQ2_S IQ2_XS IQ2_XXS IQ1_M IQ1_S TQ2_0 TQ1_0 Q2_0 Q1_0, and COPY."
    },
    customSynopsis = "ocelli quantize [OPTIONS] IN OUT.gguf TYPE [THREADS]",
    sortOptions = false)
public final class QuantizeCommand implements Callable<Integer> {
  private static final int MOST_THREADS = 1024;

  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "The file to write.")
  Path out = Path.of("");

  @Parameters(index = "2", paramLabel = "TYPE", description = "What it becomes.")
  String type = "";

  @Parameters(
      index = "3",
      arity = "0..1",
      paramLabel = "THREADS",
      description = "Threads. Default: one a processor.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--imatrix",
      paramLabel = "FILE",
      description = "Importance of the inputs, as imatrix writes it (GGUF, or the older .dat).")
  @Nullable Path imatrix;

  @Option(
      names = "--tensor-type",
      paramLabel = "REGEX=TYPE",
      description =
          "Type of tensors in whose name the expression is found; the first that is counts. Repeatable.")
  List<String> tensorTypes = List.of();

  @Option(
      names = "--output-tensor-type",
      paramLabel = "TYPE",
      description = "Type of the output matrix.")
  @Nullable String outputType;

  @Option(
      names = "--token-embedding-type",
      paramLabel = "TYPE",
      description = "Type of the token embedding.")
  @Nullable String embeddingType;

  @Option(names = "--leave-output-tensor", description = "Keep output.weight as it is.")
  boolean leaveOutput;

  @Option(names = "--pure", description = "No mix: one type for all matrices.")
  boolean pure;

  @Option(
      names = "--allow-requantize",
      description = "Quantize tensors that are quantized already; errors add up.")
  boolean requantize;

  @Option(names = "--dry-run", description = "Say what would be written, and write nothing.")
  boolean dryRun;

  @Option(names = "--force", description = "Replace OUT.gguf when it is there.")
  boolean force;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public QuantizeCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    requireThreads(threads);
    QuantizeOptions options = options();
    Path in = input.path(context, common.quiet);
    try (GgufFile model = GgufFile.open(in);
        ImportanceMatrix importance = imatrix == null ? null : ImportanceMatrix.open(imatrix)) {
      Set<Path> inputs = new LinkedHashSet<>(OutputFile.inputs(in, model));
      if (imatrix != null) {
        inputs.add(imatrix);
      }
      OutputFile target = OutputFile.of(out, force || dryRun, inputs);
      Quantizer quantizer = new Quantizer(model, options, importance);
      QuantizeReport report = new QuantizeReport(type.toUpperCase(Locale.ROOT), quantizer.plan());
      if (!dryRun) {
        write(quantizer, target, report);
      }
      context.streams().out().print(json ? report.json() + "\n" : report.text());
    }
    return ExitCode.OK;
  }

  static void requireThreads(int threads) {
    if (threads < 1 || threads > MOST_THREADS) {
      throw usage("THREADS %d is out of range; give 1 to %d".formatted(threads, MOST_THREADS));
    }
  }

  private void write(Quantizer quantizer, OutputFile target, QuantizeReport report) {
    QuantizationPlan plan = quantizer.plan();
    Progress progress = new Progress(context.streams(), common.quiet);
    long start = System.nanoTime();
    try (Workers workers = new WorkerTeam(threads)) {
      progress.show("quantizing", 0, plan.tensors().size());
      quantizer.write(
          target,
          workers,
          (i, tensor, error) -> {
            report.add(i, error);
            progress.show("quantizing", i + 1, plan.tensors().size());
          });
    } finally {
      progress.clear();
    }
    report.finish((System.nanoTime() - start) / 1e9);
  }

  private QuantizeOptions options() {
    Optional<FileType> file = Optional.empty();
    if (!type.equalsIgnoreCase("COPY")) {
      file = FileType.named(type);
      if (file.isEmpty()) {
        throw unknown("type", type, FileType.names());
      }
    } else if (!tensorTypes.isEmpty() || outputType != null || embeddingType != null || pure) {
      throw usage("COPY changes no tensor's type; leave out the options that name one");
    }
    if (leaveOutput && outputType != null) {
      throw usage("--leave-output-tensor and --output-tensor-type exclude each other");
    }
    return new QuantizeOptions(
        file,
        tensorTypes.stream().map(QuantizeCommand::rule).toList(),
        Optional.ofNullable(outputType).map(t -> tensorType("--output-tensor-type", t)),
        Optional.ofNullable(embeddingType).map(t -> tensorType("--token-embedding-type", t)),
        new QuantizeOptions.Switches(leaveOutput, pure, requantize));
  }

  private static QuantizeOptions.Rule rule(String text) {
    int equals = text.lastIndexOf('=');
    if (equals < 1) {
      throw usage("--tensor-type '%s' is no rule; write it as in attn_v=Q8_0".formatted(text));
    }
    try {
      return new QuantizeOptions.Rule(
          Pattern.compile(text.substring(0, equals)),
          tensorType("--tensor-type", text.substring(equals + 1)));
    } catch (PatternSyntaxException e) {
      throw usage(
          "--tensor-type '%s' has no regular expression before '=': %s"
              .formatted(text, e.getDescription()));
    }
  }

  private static DType tensorType(String flag, String name) {
    for (DType t : DType.values()) {
      if (t.name().equalsIgnoreCase(name) && Quants.quantizable(t)) {
        return t;
      }
    }
    throw unknown(
        flag,
        name,
        Arrays.stream(DType.values()).filter(Quants::quantizable).map(Enum::name).toList());
  }

  private static OcelliException unknown(String what, String name, List<String> known) {
    String near = Suggestion.nearest(name.toUpperCase(Locale.ROOT), known);
    return usage(
        "%s '%s' is unknown%s; choose one of: %s"
            .formatted(
                what,
                name,
                near == null ? "" : ", did you mean '" + near + "'?",
                String.join(" ", known)));
  }

  private static OcelliException usage(String problem) {
    return new OcelliException(Kind.USAGE, problem);
  }
}
