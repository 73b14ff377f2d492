package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A clip as a folder of pictures, one a frame, in natural order of their names: {@code frame9}
 * before {@code frame10}.
 *
 * @param files the frames' files in order
 * @param size the size of every frame, upright
 */
public record FrameFolder(List<Path> files, ImageSize size) {
  private static final Set<String> ENDINGS =
      Set.of("png", "jpg", "jpeg", "jpe", "jfif", "webp", "gif", "bmp", "dib", "tif", "tiff");

  /**
   * Lists a folder's pictures, by the endings of their names, and checks the header of each. Hidden
   * files and files with other endings are left out.
   *
   * @throws OcelliException (INPUT) if there is no picture, one cannot be read, or sizes differ
   */
  public static FrameFolder open(Path folder, DecodeLimits limits) {
    return of(pictures(folder), folder.toString(), limits);
  }

  /**
   * A folder's pictures by the endings of their names, in natural order. Hidden files and files
   * with other endings are left out; none is opened.
   *
   * @throws OcelliException (INPUT) if the folder cannot be listed
   */
  public static List<Path> pictures(Path folder) {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(folder)) {
      for (Path file : all) {
        if (isPicture(file)) {
          files.add(file);
        }
      }
    } catch (NoSuchFileException e) {
      throw ImageDecoder.refused(folder.toString(), "there is no such folder: check the path", e);
    } catch (NotDirectoryException e) {
      throw ImageDecoder.refused(
          folder.toString(), "is not a folder: give a folder with pictures", e);
    } catch (IOException | java.nio.file.DirectoryIteratorException e) {
      throw ImageDecoder.refused(folder.toString(), "cannot be listed: " + e.getMessage(), e);
    }
    files.sort(Comparator.comparing(p -> p.getFileName().toString(), FrameFolder::compareNames));
    return files;
  }

  /** Checks the header of each of a list of frames. */
  public static FrameFolder of(List<Path> files, String name, DecodeLimits limits) {
    if (files.isEmpty()) {
      throw ImageDecoder.refused(
          name,
          "has no pictures: a clip's frames are files that end in .png, .jpg, .webp, .gif, .bmp or"
              + " .tif",
          null);
    }
    ImageSize size = ImageFile.open(files.getFirst(), limits).header().size();
    for (Path file : files) {
      ImageSize other = ImageFile.open(file, limits).header().size();
      if (!other.equals(size)) {
        throw ImageDecoder.refused(
            file.toString(),
            "the frame is "
                + other
                + " pixels, but the first frame ("
                + files.getFirst().getFileName()
                + ") is "
                + size
                + ": all frames of a clip must have the same size",
            null);
      }
    }
    return new FrameFolder(List.copyOf(files), size);
  }

  /** Decodes a frame, counted from 0. */
  public RgbImage decode(int index, DecodeOptions options) {
    return ImageFile.open(files.get(index), options.limits()).decode(options);
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString();
    String ending = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    return !name.startsWith(".") && ENDINGS.contains(ending) && !Files.isDirectory(file);
  }

  /** Runs of digits compare as numbers, everything else as text; equal numbers by their zeros. */
  public static int compareNames(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      if (isDigit(a.charAt(i)) && isDigit(b.charAt(j))) {
        int endA = endOfNumber(a, i);
        int endB = endOfNumber(b, j);
        String x = withoutZeros(a.substring(i, endA));
        String y = withoutZeros(b.substring(j, endB));
        int order =
            x.length() != y.length() ? Integer.compare(x.length(), y.length()) : x.compareTo(y);
        if (order != 0) {
          return order;
        }
        i = endA;
        j = endB;
      } else {
        int order = Character.compare(a.charAt(i), b.charAt(j));
        if (order != 0) {
          return order;
        }
        i++;
        j++;
      }
    }
    int order = Integer.compare(a.length() - i, b.length() - j);
    return order != 0 ? order : a.compareTo(b);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int endOfNumber(String s, int from) {
    int end = from;
    while (end < s.length() && isDigit(s.charAt(end))) {
      end++;
    }
    return end;
  }

  private static String withoutZeros(String number) {
    int start = 0;
    while (start < number.length() - 1 && number.charAt(start) == '0') {
      start++;
    }
    return number.substring(start);
  }
}
