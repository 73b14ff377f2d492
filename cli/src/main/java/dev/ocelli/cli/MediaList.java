package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.media.video.VideoFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures and clips of a command line, opened: their headers are read, their pixels are not.
 *
 * @param media in the order given
 * @param names for reports, in the same order
 */
record MediaList(List<Media> media, List<String> names) {
  /** Where llama.cpp's tools put a picture inside a prompt. */
  private static final String MARKER = "<__media__>";

  /** Opens everything that the flags name. */
  static MediaList open(PictureFlags flags, Context context) {
    ImageOptions options =
        new ImageOptions(
            preprocessing(flags.preprocess), optional(flags.minTokens), optional(flags.maxTokens));
    checkRate(flags);
    List<Media> media = new ArrayList<>();
    for (PictureFlags.Item item : flags.items()) {
      switch (item) {
        case PictureFlags.Item.Picture p -> {
          pictures(p.text(), options, context, media);
        }
        case PictureFlags.Item.Either e -> {
          Path file = exists(e.text()) ? Path.of(e.text()) : null;
          if (file != null && VideoFile.isVideo(file)) {
            media.add(video(file, flags, context));
          } else {
            pictures(e.text(), options, context, media);
          }
        }
        case PictureFlags.Item.Frames f -> {
          ClipSource clip = frames(f.folder(), flags, context);
          media.add(new Media.Clip(Videos.part(clip, flags), Videos.ofFrames(flags)));
        }
        case PictureFlags.Item.Video v -> media.add(video(v.file(), flags, context));
      }
    }
    if (media.stream().noneMatch(Media.Clip.class::isInstance)) {
      Videos.refuseFlags(flags);
    }
    return new MediaList(
        List.copyOf(media),
        media.stream()
            .map(m ->
                switch (m) {
                  case Media.Picture p -> p.source().name();
                  case Media.Clip c -> c.source().name();
                })
            .toList());
  }

  private static void pictures(
      String text, ImageOptions options, Context context, List<Media> media) {
    for (PictureArgument a : PictureArgument.parse(text, MediaList::exists)) {
      PictureSource source = picture(a, context);
      media.add(new Media.Picture(source, options.overriddenBy(a.minTokens(), a.maxTokens())));
    }
  }

  private static Media.Clip video(Path file, PictureFlags flags, Context context) {
    ClipSource clip = Videos.part(Videos.open(file, context), flags);
    return new Media.Clip(clip, Videos.ofFile(flags));
  }

  /** Whether it is a clip and nothing else. */
  boolean isOneClip() {
    return media.size() == 1 && media.getFirst() instanceof Media.Clip;
  }

  /**
   * Refuses what a record cannot hold.
   *
   * @throws OcelliException USAGE for parts of clips and video files
   */
  void requireRecordable() {
    for (Media m : media) {
      if (m instanceof Media.Clip c && !(c.source() instanceof PictureClip)) {
        throw new OcelliException(
            Kind.USAGE,
            "%s: --record holds pictures, not video files or parts of clips; give the frames as a folder with --video-frames"
                .formatted(c.source().name()));
      }
    }
  }

  /** The one clip that the flags name, as far as they ask for it. */
  static ClipSource openClip(PictureFlags flags, Context context) {
    return switch (open(flags, context).media().getFirst()) {
      case Media.Clip c -> c.source();
      case Media.Picture p ->
          throw new IllegalStateException(p.source().name() + " was named as a clip");
    };
  }

  /** A list of one for each picture and clip. */
  List<MediaList> split() {
    List<MediaList> all = new ArrayList<>();
    for (int i = 0; i < media.size(); i++) {
      all.add(new MediaList(List.of(media.get(i)), List.of(names.get(i))));
    }
    return all;
  }

  /** The parts of the user's message: media first, or where the prompt has markers. */
  List<Content> content(String prompt) {
    List<Content> parts = new ArrayList<>();
    String[] pieces = prompt.split(MARKER, -1);
    int markers = pieces.length - 1;
    if (markers != 0 && markers != media.size()) {
      throw new OcelliException(
          Kind.USAGE,
          "the prompt has %d places %s, but %d pictures and clips are given; give one place for each, or none"
              .formatted(markers, MARKER, media.size()));
    }
    if (markers == 0) {
      media.forEach(m -> parts.add(place(m)));
      parts.add(new Content.Text(prompt));
      return parts;
    }
    for (int i = 0; i < pieces.length; i++) {
      if (!pieces[i].isEmpty()) {
        parts.add(new Content.Text(pieces[i]));
      }
      if (i < media.size()) {
        parts.add(place(media.get(i)));
      }
    }
    return parts;
  }

  private static Content place(Media media) {
    return switch (media) {
      case Media.Picture p -> new Content.Image();
      case Media.Clip c -> new Content.Video();
    };
  }

  private static PictureSource picture(PictureArgument a, Context context) {
    return a.isStandardInput()
        ? context.media().picture("standard input", context.streams().in())
        : context.media().picture(InputFiles.path(a.file()));
  }

  private static ClipSource frames(Path folder, PictureFlags flags, Context context) {
    List<Path> files = context.media().frames(folder);
    long others = visibleFiles(folder) - files.size();
    if (others > 0) {
      context
          .streams()
          .err()
          .println(
              "note: "
                  + folder
                  + ": files left out of the clip because they are no pictures: "
                  + others);
    }
    return FrameList.of(
        folder.toString(), files, flags.fps == null ? 2 : flags.fps, context.media());
  }

  private static long visibleFiles(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(f -> !String.valueOf(f.getFileName()).startsWith(".") && !Files.isDirectory(f))
          .count();
    } catch (IOException e) {
      throw InputFiles.unreadable(folder, "the frames of a clip", e);
    }
  }

  private static boolean exists(String name) {
    try {
      return Files.exists(Path.of(name));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  private static Preprocessing preprocessing(String name) {
    return switch (name) {
      case "hf" -> Preprocessing.HF;
      case "pillow" -> Preprocessing.HF_PILLOW;
      case "llama.cpp" -> Preprocessing.LLAMA_CPP;
      default ->
          throw new OcelliException(
              Kind.USAGE,
              "--preprocess '%s' is unknown; use hf, pillow or llama.cpp".formatted(name));
    };
  }

  private static void checkRate(PictureFlags flags) {
    Double fps = flags.fps;
    if (fps != null && !(fps >= 0.001 && fps <= 1000)) {
      throw new OcelliException(
          Kind.USAGE, "--fps %s is no frame rate; give a number from 0.001 to 1000".formatted(fps));
    }
  }

  private static OptionalInt optional(@Nullable Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }
}
