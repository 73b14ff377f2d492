package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ocelli describe}: says what pictures show. */
@Command(
    name = "describe",
    description = {
      "Says what pictures show; with the embedded nano model unless -m names another.",
      "The nano model knows only drawn shapes on a plain background (see examples/)."
    },
    customSynopsis = "ocelli describe PICTURE... [-p TEXT] [-m MODEL] [OPTIONS]",
    sortOptions = false)
final class DescribeCommand extends AnswerCommand {

  DescribeCommand(Context context) {
    super(context);
  }

  @Parameters(paramLabel = "PICTURE", arity = "0..*", description = "Pictures, as with --image.")
  void picture(String text) {
    pictureFlags.image(text);
  }

  @Override
  @Nullable String defaultPrompt() {
    return "Describe this image.";
  }

  @Override
  public Integer call() {
    if (pictureFlags.items().isEmpty()) {
      throw new OcelliException(
          Kind.USAGE,
          "no picture is given; name one, for example: ocelli describe examples/heart-diamond-circle.png");
    }
    if (modelFlags.model == null) {
      if (modelFlags.mmproj != null) {
        throw new OcelliException(
            Kind.USAGE,
            "--mmproj is given without a model; name the language model it belongs to with -m");
      }
      modelFlags.model = "nano";
    }
    return super.call();
  }
}
