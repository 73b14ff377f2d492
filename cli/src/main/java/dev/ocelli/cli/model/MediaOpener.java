package dev.ocelli.cli.model;

import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.media.Document;
import dev.ocelli.media.DocumentOptions;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Opens pictures: reads the header, decodes when asked. */
public interface MediaOpener {
  /** Opens a file. */
  PictureSource picture(Path file);

  /** Reads a stream to its end. */
  PictureSource picture(String name, InputStream in);

  /** What a file is. */
  sealed interface Opened {
    /** A picture. */
    record Picture(PictureSource source) implements Opened {}

    /** A document of pages. */
    record Pages(Document document) implements Opened {}
  }

  /** Opens a file that may be a document. */
  default Opened open(Path file, DocumentOptions options) {
    return new Opened.Picture(picture(file));
  }

  /** Reads a stream, which may be a document, to its end. */
  default Opened open(String name, InputStream in, DocumentOptions options) {
    return new Opened.Picture(picture(name, in));
  }

  /** The pictures of a folder in the order of their names, numbers taken as numbers. */
  List<Path> frames(Path folder);

  /** The pictures of a folder, of any sizes, in the same order. */
  List<Path> pictures(Path folder);
}
