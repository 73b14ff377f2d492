package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.InputFiles;
import dev.ocelli.cli.flags.PictureArgument;
import dev.ocelli.cli.flags.PictureFlags;
import dev.ocelli.cli.media.MediaList;
import dev.ocelli.cli.model.Context;
import dev.ocelli.engine.OcelliException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a chat names a file.
 *
 * @param kind what it is to be
 * @param file its name
 * @param limits what follows a picture's name: {@code :max-tokens=100}, or empty
 * @param pages of a document, or null for those that the options say
 * @param fps frames a second of a clip, or null for what the options say
 */
record ChatFileName(
    Kind kind, String file, String limits, @Nullable String pages, @Nullable Double fps) {

  /** What a file is to be. */
  enum Kind {
    /** A picture, or a document, of which each page is one. */
    IMAGE,
    /** A video file, or a folder of frames. */
    VIDEO,
    /** A picture, a document or a video, by its content. */
    FILE
  }

  /**
   * Pictures as a command names them, each with limits and pages of its own.
   *
   * @param path of a name as it was typed
   */
  static List<ChatFileName> images(String word, Function<String, Path> path) {
    return PictureArgument.parse(word, f -> Files.exists(path.apply(f))).stream()
        .map(a -> image(a, path))
        .toList();
  }

  private static ChatFileName image(PictureArgument a, Function<String, Path> path) {
    if (a.isStandardInput()) {
      throw new OcelliException(
          OcelliException.Kind.USAGE, "-: standard input is the chat; name a file");
    }
    List<String> limits = new ArrayList<>();
    a.minTokens().ifPresent(n -> limits.add("min-tokens=" + n));
    a.maxTokens().ifPresent(n -> limits.add("max-tokens=" + n));
    return new ChatFileName(
        Kind.IMAGE,
        path.apply(a.file()).toString(),
        limits.isEmpty() ? "" : ":" + String.join(",", limits),
        a.pages(),
        null);
  }

  /** What the options of the command line name, in order. */
  static List<ChatFileName> of(PictureFlags flags) {
    List<ChatFileName> all = new ArrayList<>();
    for (PictureFlags.Item item : flags.items()) {
      switch (item) {
        case PictureFlags.Item.Picture p -> all.addAll(images(p.text(), InputFiles::path));
        case PictureFlags.Item.Either e ->
            all.add(new ChatFileName(Kind.FILE, e.text(), "", null, null));
        case PictureFlags.Item.Frames f ->
            all.add(new ChatFileName(Kind.VIDEO, f.folder().toString(), "", null, null));
        case PictureFlags.Item.Video v ->
            all.add(new ChatFileName(Kind.VIDEO, v.file().toString(), "", null, null));
      }
    }
    return all;
  }

  /** The same with pages. */
  ChatFileName withPages(String range) {
    return new ChatFileName(kind, file, limits, range, fps);
  }

  Path path() {
    return InputFiles.path(file);
  }

  /** The same with the file's whole path. */
  ChatFileName absolute() {
    return new ChatFileName(
        kind, path().toAbsolutePath().normalize().toString(), limits, pages, fps);
  }

  /**
   * Opens it.
   *
   * @param options of pictures, documents and clips in general
   */
  ChatAttachment open(PictureFlags options, Context context) {
    String range = options.documents.pages;
    ChatAttachment all = opened(options, context);
    return range == null || pages != null || !all.media().hasPages()
        ? all
        : withPages(range).opened(options, context);
  }

  private ChatAttachment opened(PictureFlags options, Context context) {
    PictureFlags flags = new PictureFlags();
    flags.preprocess = options.preprocess;
    flags.minTokens = options.minTokens;
    flags.maxTokens = options.maxTokens;
    flags.pdfText = options.pdfText;
    flags.documents.dpi = options.documents.dpi;
    flags.documents.password = options.documents.password;
    String chosen = pages == null ? "" : "#pages=" + pages;
    if (kind == Kind.VIDEO) {
      clip(flags, options);
      if (Files.isDirectory(path())) {
        flags.frames(path());
      } else {
        flags.video(path());
      }
    } else if (kind == Kind.IMAGE) {
      flags.image(file + chosen + limits);
    } else {
      flags.pictureOrVideo(file + chosen);
    }
    return new ChatAttachment(this, MediaList.open(flags, context));
  }

  private void clip(PictureFlags flags, PictureFlags options) {
    flags.fps = fps == null ? options.fps : fps;
    flags.sampleFps = options.sampleFps;
    flags.start = options.start;
    flags.end = options.end;
    flags.maxFrames = options.maxFrames;
    flags.videoMaxTokens = options.videoMaxTokens;
  }
}
