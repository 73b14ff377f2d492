package dev.ocelli.cli.batch;

import dev.ocelli.media.FrameFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The files of a folder that a batch asks about: pictures and documents. */
final class BatchFolder {
  private BatchFolder() {}

  /**
   * Pictures and PDF files in a folder and below it, by the endings of their names, in natural
   * order. Hidden files are left out; none is opened.
   */
  static List<Path> files(Path place) throws IOException {
    List<Path> folders;
    try (Stream<Path> all = Files.walk(place)) {
      folders =
          all.filter(Files::isDirectory)
              .sorted(Comparator.comparing(Path::toString, FrameFolder::compareNames))
              .toList();
    }
    List<Path> out = new ArrayList<>();
    for (Path folder : folders) {
      List<Path> files = new ArrayList<>(FrameFolder.pictures(folder));
      try (Stream<Path> all = Files.list(folder)) {
        all.filter(BatchFolder::isPdf).filter(f -> !Files.isDirectory(f)).forEach(files::add);
      }
      files.sort(Comparator.comparing(BatchFolder::name, FrameFolder::compareNames));
      out.addAll(files);
    }
    return out;
  }

  private static String name(Path file) {
    return String.valueOf(file.getFileName());
  }

  private static boolean endsWith(Path file, String ending) {
    return name(file).toLowerCase(Locale.ROOT).endsWith(ending);
  }

  /** Whether a file is called one of PDF; no hidden one. */
  static boolean isPdf(Path file) {
    return !name(file).startsWith(".") && endsWith(file, ".pdf");
  }

  /** Whether a file is of a kind that may have several pages. */
  static boolean mayHavePages(Path file) {
    return isPdf(file) || endsWith(file, ".tif") || endsWith(file, ".tiff");
  }
}
