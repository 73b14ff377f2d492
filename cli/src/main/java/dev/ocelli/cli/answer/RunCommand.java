package dev.ocelli.cli.answer;

import dev.ocelli.cli.flags.ModelFlags;
import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code ocelli run}: asks a model a question, with or without pictures. */
@Command(
    name = "run",
    description =
        "Asks a model one question, with or without pictures; options as in llama-mtmd-cli.",
    customSynopsis = "ocelli run -m MODEL [-mm MMPROJ] [--image FILE]... -p TEXT [OPTIONS]",
    sortOptions = false)
public final class RunCommand extends AnswerCommand {

  public RunCommand(Context context) {
    super(context);
  }

  @Override
  @Nullable String defaultPrompt() {
    return null;
  }

  @Override
  public Integer call() {
    requireModel(modelFlags);
    return super.call();
  }

  /** The embedded model is not meant unless it is named. */
  public static void requireModel(ModelFlags modelFlags) {
    if (modelFlags.model == null && !modelFlags.source.given()) {
      throw new OcelliException(
          Kind.USAGE,
          modelFlags.mmproj == null
              ? "no model is given; name one with -m MODEL.gguf, -hf OWNER/NAME of a hub, or -m nano for the embedded one"
              : "--mmproj is given without a model; name the language model it belongs to with -m");
    }
  }
}
