package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.console.Json;
import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.convert.ConvertOptions;
import dev.ocelli.engine.convert.ConvertedTensor;
import dev.ocelli.engine.convert.Converter;
import dev.ocelli.engine.gguf.OutputFile;
import dev.ocelli.engine.kernels.WorkerTeam;
import dev.ocelli.engine.kernels.Workers;
import dev.ocelli.engine.quantize.FileType;
import dev.ocelli.engine.safetensors.SafetensorsModel;
import dev.ocelli.engine.tensor.DType;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli convert}: makes GGUF files of a Hugging Face snapshot. */
@Command(
    name = "convert",
    description = {
      "Makes a GGUF file of a Hugging Face snapshot: the language model, or with --mmproj its vision file.",
      "Keys, tensors and bytes are those of llama.cpp's converter. FP8 weights are de-quantized. quantize makes smaller files of it."
    },
    customSynopsis = "ocelli convert IN OUT.gguf [--outtype TYPE] [--mmproj] [OPTIONS]",
    sortOptions = false)
public final class ConvertCommand implements Callable<Integer> {
  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "The file to write.")
  Path out = Path.of("");

  @Option(
      names = "--outtype",
      paramLabel = "TYPE",
      defaultValue = "auto",
      description =
          "f32, f16, bf16, q8_0, or auto: bf16 or f16, whatever the weights are. Default: ${DEFAULT-VALUE}.")
  String type = "";

  @Option(names = "--mmproj", description = "Write the vision file instead of the language model.")
  boolean vision;

  @Option(
      names = "--model-name",
      paramLabel = "NAME",
      description = "Name in the metadata. Default: by the folder's name.")
  @Nullable String name;

  @Option(
      names = {"-t", "--threads"},
      paramLabel = "N",
      description = "Threads. Default: one a processor.")
  int threads = Runtime.getRuntime().availableProcessors();

  @Option(names = "--force", description = "Replace OUT.gguf when it is there.")
  boolean force;

  @Option(names = "--json", description = "Print one JSON object.")
  boolean json;

  private final Context context;

  public ConvertCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    QuantizeCommand.requireThreads(threads);
    ConvertOptions options = new ConvertOptions(type(), vision, Optional.ofNullable(name));
    try (SafetensorsModel model = SafetensorsModel.open(input.path(context, common.quiet))) {
      Set<Path> inputs = new LinkedHashSet<>();
      model.fileTensors().forEach(t -> inputs.add(Path.of(t.origin())));
      OutputFile target = OutputFile.of(out, force, inputs);
      Converter converter = new Converter(model, options);
      long start = System.nanoTime();
      write(converter, target);
      report(converter, (System.nanoTime() - start) / 1e9);
    }
    return ExitCode.OK;
  }

  private Optional<FileType> type() {
    if (type.equalsIgnoreCase("auto")) {
      return Optional.empty();
    }
    Optional<FileType> known = FileType.named(type).filter(ConvertOptions.TYPES::contains);
    if (known.isEmpty()) {
      throw new OcelliException(
          Kind.USAGE,
          "--outtype '%s' is unknown; choose f32, f16, bf16, q8_0 or auto, and use 'ocelli quantize' for others"
              .formatted(type));
    }
    return known;
  }

  private void write(Converter converter, OutputFile target) {
    Progress progress = new Progress(context.streams(), common.quiet);
    int all = converter.tensors().size();
    try (Workers workers = new WorkerTeam(threads)) {
      progress.show("converting", 0, all);
      converter.write(target, workers, n -> progress.show("converting", n, all));
    } finally {
      progress.clear();
    }
  }

  private void report(Converter converter, double seconds) {
    Map<DType, Integer> types = new EnumMap<>(DType.class);
    converter.tensors().forEach(t -> types.merge(t.type(), 1, Integer::sum));
    long bytes = converter.tensors().stream().mapToLong(ConvertedTensor::bytes).sum();
    String text =
        json
            ? json(converter, types, bytes, seconds) + "\n"
            : String.format(
                Locale.ROOT,
                "%s: %s of %d tensors (%s), %s, %.1f s%n",
                out,
                converter.type(),
                converter.tensors().size(),
                types.entrySet().stream()
                    .map(e -> e.getValue() + " " + e.getKey())
                    .collect(Collectors.joining(", ")),
                FileReport.size(bytes),
                seconds);
    context.streams().out().print(text);
  }

  private String json(Converter converter, Map<DType, Integer> types, long bytes, double seconds) {
    return Json.line(o -> {
      o.writeStartObject();
      o.writeStringProperty("file", out.toString());
      o.writeStringProperty("type", converter.type().name());
      o.writeNumberProperty("tensors", converter.tensors().size());
      o.writeObjectPropertyStart("types");
      types.forEach((t, n) -> o.writeNumberProperty(t.name(), n));
      o.writeEndObject();
      o.writeNumberProperty("bytes", bytes);
      Json.rounded(o, "seconds", seconds);
      o.writeEndObject();
    });
  }
}
