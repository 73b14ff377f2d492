package dev.ocelli.cli;

import dev.ocelli.engine.vision.PictureSource;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;

/** Opens pictures: reads the header, decodes when asked. */
interface MediaOpener {
  /** Opens a file. */
  PictureSource picture(Path file);

  /** Reads a stream to its end. */
  PictureSource picture(String name, InputStream in);

  /** The pictures of a folder in the order of their names, numbers taken as numbers. */
  List<Path> frames(Path folder);

  /** The pictures of a folder, of any sizes, in the same order. */
  List<Path> pictures(Path folder);
}
