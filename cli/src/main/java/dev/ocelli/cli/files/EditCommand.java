package dev.ocelli.cli.files;

import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.flags.CommonFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.InputModel;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.gguf.GgufEdits;
import dev.ocelli.engine.gguf.GgufFile;
import dev.ocelli.engine.gguf.GgufValue;
import dev.ocelli.engine.gguf.GgufWriter;
import dev.ocelli.engine.gguf.OutputFile;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli edit}: writes a file with other metadata. */
@Command(
    name = "edit",
    description = {
      "Writes a GGUF file with other metadata; its tensors stay as they are.",
      "TYPE is u8 i8 u16 i16 u32 i32 u64 i64 f32 f64 bool str, one of them with [] for a list written in JSON, or file: a text file's contents."
    },
    customSynopsis = "ocelli edit IN OUT.gguf [--set KEY=TYPE:VALUE]... [--remove KEY]...",
    sortOptions = false)
public final class EditCommand implements Callable<Integer> {
  private static final String TEMPLATE = "tokenizer.chat_template";

  @Mixin CommonFlags common = new CommonFlags();

  @Mixin InputModel input = new InputModel();

  @Parameters(index = "1", paramLabel = "OUT.gguf", description = "The file to write.")
  Path out = Path.of("");

  @Option(
      names = "--set",
      paramLabel = "KEY=TYPE:VALUE",
      description = "Set a key, as in general.name=str:Mine or a.b=i32[]:[6,5,5,0]. Repeatable.")
  List<String> sets = List.of();

  @Option(names = "--remove", paramLabel = "KEY", description = "Remove a key. Repeatable.")
  List<String> removals = List.of();

  @Option(
      names = "--chat-template-file",
      paramLabel = "FILE",
      description = "Set the chat template to the text of a file.")
  @Nullable Path template;

  @Option(names = "--force", description = "Replace OUT.gguf when it is there.")
  boolean force;

  private final Context context;

  public EditCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    GgufEdits edits = new GgufEdits();
    Set<Path> texts = new LinkedHashSet<>();
    for (String set : sets) {
      MetadataArgument argument = MetadataArgument.parse(set);
      edits.set(argument.key(), argument.value());
    }
    removals.forEach(edits::remove);
    if (template != null) {
      texts.add(template);
      edits.set(TEMPLATE, new GgufValue.Text(MetadataArgument.text(template)));
    }
    if (edits.isEmpty()) {
      throw new OcelliException(
          Kind.USAGE, "there is nothing to change; give --set, --remove or --chat-template-file");
    }
    Path in = input.path(context, common.quiet);
    try (GgufFile model = GgufFile.open(in)) {
      texts.addAll(OutputFile.inputs(in, model));
      OutputFile target = OutputFile.of(out, force, texts);
      GgufWriter edited = edits.apply(model);
      edited.write(target);
      context
          .streams()
          .out()
          .line(
              "%s: %d tensors, %s"
                  .formatted(out, model.tensors().size(), FileReport.size(edited.bytes())));
    }
    return ExitCode.OK;
  }
}
