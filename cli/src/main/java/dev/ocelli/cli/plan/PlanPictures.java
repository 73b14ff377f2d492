package dev.ocelli.cli.plan;

import dev.ocelli.cli.bench.BenchSize;
import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.flags.DocumentFlags;
import dev.ocelli.cli.media.DocumentPages;
import dev.ocelli.cli.media.Videos;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.MediaOpener;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.model.ModelFiles;
import dev.ocelli.engine.runtime.MemoryUse;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.Grid;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.ImagePlan;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.engine.vision.VideoOptions;
import dev.ocelli.engine.vision.VideoPlan;
import dev.ocelli.media.PagePicture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The pictures and clips of a plan: given as sizes, lengths or files, of which headers are read.
 */
final class PlanPictures {
  private static final Pattern SIZE = Pattern.compile("\\d{1,5}[xX*]\\d{1,5}");
  private static final Pattern CLIP =
      Pattern.compile("(\\d{1,6}(?:\\.\\d{1,3})?)(s|m|h)(?:@(\\d{1,5}[xX*]\\d{1,5}))?");

  /** Frames a second of a clip before it is sampled; the number does not matter much. */
  private static final double CLIP_FPS = 30;

  private static final String USUAL_FRAME = "1280x720";

  /**
   * What becomes of a picture or clip.
   *
   * @param name as it was given
   * @param source original size of it or of its frames
   * @param canvas what the model sees
   * @param grid patches
   * @param tokens in the prompt, time stamps of clips not counted
   * @param scaling what resizing does
   */
  record Seen(
      String name,
      ImageSize source,
      ImageSize canvas,
      Grid grid,
      int tokens,
      ImagePlan.Scaling scaling) {
    MemoryUse.Picture use() {
      return new MemoryUse.Picture(grid, source);
    }
  }

  private final ModelFiles.PictureRules rules;
  private final ImageOptions options;
  private final Context context;

  private final DocumentFlags documents;

  /**
   * @param rules of the model
   * @param maxTokens of a picture, or empty for the model's own limit
   * @param documents which pages of documents count
   */
  PlanPictures(
      ModelFiles.PictureRules rules,
      OptionalInt maxTokens,
      DocumentFlags documents,
      Context context) {
    this.rules = rules;
    this.documents = documents;
    this.options = new ImageOptions(Preprocessing.HF, OptionalInt.empty(), maxTokens);
    this.context = context;
  }

  /** Plans all of them, pictures first. */
  List<Seen> plan(List<String> images, List<String> clips) {
    List<Seen> all = new ArrayList<>();
    for (String image : images) {
      images(image, all);
    }
    clips.forEach(c -> all.add(clip(c)));
    return List.copyOf(all);
  }

  /** Adds a picture, or every page of a document. */
  private void images(String text, List<Seen> to) {
    Path file = InputFiles.path(text);
    if (!Files.exists(file)) {
      if (!SIZE.matcher(text).matches()) {
        throw new OcelliException(
            Kind.USAGE,
            "--image '%s' is neither a size such as 4032x3024 nor a file".formatted(text));
      }
      to.add(seen(text, size(text)));
      return;
    }
    switch (context.media().open(file, documents.options())) {
      case MediaOpener.Opened.Picture p ->
          to.add(seen(text, new ImageSize(p.source().width(), p.source().height())));
      case MediaOpener.Opened.Pages p -> {
        for (PagePicture page : DocumentPages.of(p.document(), documents.pages).pictures()) {
          to.add(seen(page.name(), page.size()));
        }
      }
    }
  }

  private Seen seen(String name, ImageSize size) {
    try {
      ImagePlan p = ImagePlan.of(size, options, rules.image(), rules.spec());
      return new Seen(name, size, p.canvas(), p.grid(), p.tokens(), p.scaling());
    } catch (OcelliException e) {
      throw e.in(name);
    }
  }

  private Seen clip(String text) {
    Matcher m = CLIP.matcher(text);
    Path file = InputFiles.path(text);
    if (Files.isRegularFile(file)) {
      return clip(text, Videos.open(file, context));
    }
    if (!m.matches()) {
      throw new OcelliException(
          Kind.USAGE,
          "--video '%s' is neither a file nor the length of a clip; for example 60s, 2m or 60s@1920x1080"
              .formatted(text));
    }
    double unit =
        switch (m.group(2)) {
          case "h" -> 3600;
          case "m" -> 60;
          default -> 1;
        };
    double frames = Math.rint(Double.parseDouble(m.group(1)) * unit * CLIP_FPS);
    if (!(frames >= 1 && frames <= Integer.MAX_VALUE)) {
      throw new OcelliException(
          Kind.USAGE, "--video '%s' has no frame, or too many; give a length".formatted(text));
    }
    ImageSize size = size(m.group(3) == null ? USUAL_FRAME : m.group(3));
    try {
      VideoPlan p =
          VideoPlan.of(
              size, (int) frames, CLIP_FPS, VideoOptions.SAMPLED, rules.video(), rules.spec());
      return new Seen(text, size, p.canvas(), p.grid(), p.tokens(), p.scaling());
    } catch (OcelliException e) {
      throw e.in("--video " + text);
    }
  }

  private Seen clip(String text, ClipSource clip) {
    VideoPlan p = VideoPlan.of(clip, VideoOptions.SAMPLED, rules.video(), rules.spec());
    return new Seen(text, clip.size(), p.canvas(), p.grid(), p.tokens(), p.scaling());
  }

  private static ImageSize size(String text) {
    BenchSize size = BenchSize.parse(text);
    return new ImageSize(size.width(), size.height());
  }
}
