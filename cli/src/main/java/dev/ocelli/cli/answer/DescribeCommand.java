package dev.ocelli.cli.answer;

import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ocelli describe}: says what pictures show. */
@Command(
    name = "describe",
    description = {
      "Says what pictures and videos show; with the embedded nano model unless -m names another.",
      "Without a prompt each picture is described on its own; a prompt is asked once, about all of them.",
      "The nano model knows only drawn shapes on a plain background (see examples/)."
    },
    customSynopsis = "ocelli describe PICTURE... [-p TEXT] [-m MODEL] [OPTIONS]",
    sortOptions = false)
public final class DescribeCommand extends AnswerCommand {

  public DescribeCommand(Context context) {
    super(context);
  }

  @Parameters(
      paramLabel = "PICTURE",
      index = "0..*",
      arity = "0..1",
      description = "Pictures as with --image, and videos as with --video.")
  void picture(String text) {
    pictureFlags.pictureOrVideo(text);
  }

  @Option(names = "--each", description = "Ask the prompt about each picture on its own.")
  boolean each;

  @Override
  boolean eachAlone() {
    return each || promptFlags.prompt == null && promptFlags.file == null;
  }

  @Override
  @Nullable String defaultPrompt() {
    return "Describe this image.";
  }

  @Override
  String clipPrompt() {
    return "Describe this video.";
  }

  @Override
  public Integer call() {
    if (pictureFlags.items().isEmpty()) {
      throw new OcelliException(
          Kind.USAGE,
          "no picture is given; name one, for example: ocelli describe examples/heart-diamond-circle.png");
    }
    if (modelFlags.model == null && !modelFlags.source.given()) {
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
