package dev.ocelli.cli;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.runtime.Media;
import dev.ocelli.engine.vision.ClipRange;
import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.ImageOptions;
import dev.ocelli.engine.vision.PageOrigin;
import dev.ocelli.engine.vision.PictureClip;
import dev.ocelli.engine.vision.Preprocessing;
import dev.ocelli.media.PagePicture;
import dev.ocelli.media.video.VideoFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The pictures and clips of a command line, opened: their headers are read, their pixels are not.
 *
 * @param media in the order given
 * @param names for reports, in the same order
 * @param beside words about each, in the same order
 * @param notes what to tell before they are looked at, a line each
 */
record MediaList(List<Media> media, List<String> names, List<Beside> beside, List<String> notes) {
  /** Where llama.cpp's tools put a picture inside a prompt. */
  private static final String MARKER = "<__media__>";

  /**
   * Words that stand beside a picture or clip in the prompt.
   *
   * @param before such as the number of a page, or empty
   * @param after such as the text layer of a page, or empty
   */
  record Beside(String before, String after) {
    static final Beside NOTHING = new Beside("", "");
  }

  /** Pictures and clips without words. */
  MediaList(List<Media> media, List<String> names) {
    this(media, names, Collections.nCopies(media.size(), Beside.NOTHING), List.of());
  }

  /** Opens everything that the flags name. */
  static MediaList open(PictureFlags flags, Context context) {
    ImageOptions options =
        new ImageOptions(
            preprocessing(flags.preprocess), optional(flags.minTokens), optional(flags.maxTokens));
    checkRate(flags);
    Builder all = new Builder();
    for (PictureFlags.Item item : flags.items()) {
      switch (item) {
        case PictureFlags.Item.Picture p -> pictures(p.text(), options, flags, context, all);
        case PictureFlags.Item.Either e -> {
          Path file = exists(e.text()) ? Path.of(e.text()) : null;
          if (file != null && VideoFile.isVideo(file)) {
            all.add(video(file, flags, context), Beside.NOTHING);
          } else {
            pictures(e.text(), options, flags, context, all);
          }
        }
        case PictureFlags.Item.Frames f -> {
          ClipSource clip = frames(f.folder(), flags, context);
          Media.Clip part = new Media.Clip(Videos.part(clip, flags), Videos.ofFrames(flags));
          all.add(part, Beside.NOTHING);
        }
        case PictureFlags.Item.Video v -> all.add(video(v.file(), flags, context), Beside.NOTHING);
      }
    }
    if (all.media.stream().noneMatch(Media.Clip.class::isInstance)) {
      Videos.refuseFlags(flags);
    }
    if (flags.documents.pages != null && all.documents == 0) {
      throw new OcelliException(
          Kind.USAGE, "--pages is given, but no PDF or TIFF of several pages; leave it out");
    }
    return all.build();
  }

  /** A picture, or pages of a document. */
  private static void pictures(
      String text, ImageOptions options, PictureFlags flags, Context context, Builder all) {
    for (PictureArgument a : PictureArgument.parse(text, MediaList::exists)) {
      ImageOptions own = options.overriddenBy(a.minTokens(), a.maxTokens());
      switch (opened(a, flags.documents, context)) {
        case MediaOpener.Opened.Picture picture -> {
          if (a.pages() != null) {
            throw new OcelliException(
                Kind.USAGE, a.file() + ": is a picture; leave out #pages=" + a.pages());
          }
          all.add(new Media.Picture(picture.source(), own), Beside.NOTHING);
        }
        case MediaOpener.Opened.Pages pages -> {
          String range = a.pages() == null ? flags.documents.pages : a.pages();
          all.add(DocumentPages.of(pages.document(), range), own, hints(flags));
        }
      }
    }
  }

  /** Puts a list together. */
  private static final class Builder {
    private final List<Media> media = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final List<Beside> beside = new ArrayList<>();
    private final List<String> notes = new ArrayList<>();
    private int documents;

    void add(Media one, Beside words) {
      media.add(one);
      names.add(
          switch (one) {
            case Media.Picture p -> p.source().name();
            case Media.Clip c -> c.source().name();
          });
      beside.add(words);
    }

    /** Pages; their numbers stand before them where there are several. */
    void add(DocumentPages pages, ImageOptions options, boolean hints) {
      documents++;
      notes.addAll(pages.notes());
      for (PagePicture page : pages.pictures()) {
        String label = pages.pages().size() > 1 ? "Page %d:".formatted(page.page() + 1) : "";
        String text = hints ? pages.document().text(page.page()).text() : "";
        add(
            new Media.Picture(page, options),
            new Beside(label, text.isEmpty() ? "" : "Text layer of the page:\n" + text));
      }
    }

    MediaList build() {
      return new MediaList(
          List.copyOf(media), List.copyOf(names), List.copyOf(beside), List.copyOf(notes));
    }
  }

  private static boolean hints(PictureFlags flags) {
    return switch (flags.pdfText) {
      case "off" -> false;
      case "hint" -> true;
      default ->
          throw new OcelliException(
              Kind.USAGE, "--pdf-text '%s' is unknown; use off or hint".formatted(flags.pdfText));
    };
  }

  /** Whether pages of documents are among them. */
  boolean hasPages() {
    return media.stream().anyMatch(m -> m instanceof Media.Picture p && !p.source().isFile());
  }

  private static Media.Clip video(Path file, PictureFlags flags, Context context) {
    ClipSource clip = Videos.part(Videos.open(file, context), flags);
    return new Media.Clip(clip, Videos.ofFile(flags));
  }

  /** Whether it is a clip and nothing else. */
  boolean isOneClip() {
    return media.size() == 1 && media.getFirst() instanceof Media.Clip;
  }

  /** Names of documents and videos, whose files a record does not hold. */
  List<String> namedByHash() {
    return media.stream()
        .flatMap(m ->
            switch (m) {
              case Media.Picture p ->
                  Stream.ofNullable(p.source().origin()).map(PageOrigin::document);
              case Media.Clip c ->
                  Stream.of(c.source()).filter(MediaList::isFile).map(ClipSource::name);
            })
        .distinct()
        .toList();
  }

  private static boolean isFile(ClipSource clip) {
    return !((clip instanceof ClipRange r ? r.whole() : clip) instanceof PictureClip);
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
      Beside words = new Beside("", beside.get(i).after());
      all.add(
          new MediaList(List.of(media.get(i)), List.of(names.get(i)), List.of(words), List.of()));
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
      for (int i = 0; i < media.size(); i++) {
        place(i, parts);
      }
      parts.add(new Content.Text(prompt));
      return parts;
    }
    for (int i = 0; i < pieces.length; i++) {
      if (!pieces[i].isEmpty()) {
        parts.add(new Content.Text(pieces[i]));
      }
      if (i < media.size()) {
        place(i, parts);
      }
    }
    return parts;
  }

  /** A prompt without the places that it has for pictures and clips. */
  static String withoutPlaces(String prompt) {
    return prompt.replace(MARKER, "");
  }

  /** Adds a picture's or clip's place with the words beside it. */
  private void place(int i, List<Content> parts) {
    Beside words = beside.get(i);
    if (!words.before().isEmpty()) {
      parts.add(new Content.Text(words.before()));
    }
    parts.add(
        switch (media.get(i)) {
          case Media.Picture p -> new Content.Image();
          case Media.Clip c -> new Content.Video();
        });
    if (!words.after().isEmpty()) {
      parts.add(new Content.Text(words.after()));
    }
  }

  private static MediaOpener.Opened opened(
      PictureArgument a, DocumentFlags documents, Context context) {
    return a.isStandardInput()
        ? context.media().open("standard input", context.streams().in(), documents.options())
        : context.media().open(InputFiles.path(a.file()), documents.options());
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
