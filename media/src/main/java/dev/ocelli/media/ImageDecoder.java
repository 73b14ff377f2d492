package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.io.IOException;
import java.util.zip.DataFormatException;

/**
 * Decodes pictures: PNG, JPEG, WebP, GIF, BMP, TIFF and JPEG 2000.
 *
 * <p>Whatever the bytes are, only {@link OcelliException} (INPUT) leaves these methods, with one
 * line that names the file. Nothing is printed and no file is written. Thread-safe.
 */
public final class ImageDecoder {
  private ImageDecoder() {}

  /**
   * Walks a picture's container without decoding it. A picture that passes is complete and within
   * the limits.
   *
   * @param name what messages call the picture: a file name or the like
   */
  public static ImageHeader readHeader(byte[] data, String name, DecodeLimits limits) {
    return container(data, name, limits).header();
  }

  /** Whether it begins as a picture of a format that can be decoded. */
  static boolean recognises(byte[] data) {
    Bytes file = Bytes.bigEndian(data);
    return PngContainer.recognises(file)
        || JpegContainer.recognises(file)
        || WebpContainer.recognises(file)
        || GifContainer.recognises(file)
        || TiffContainer.recognises(file)
        || BmpContainer.recognises(file)
        || Jp2Container.recognises(data);
  }

  /**
   * Decodes a picture's first frame upright.
   *
   * @param name what messages call the picture: a file name or the like
   */
  public static RgbImage decode(byte[] data, String name, DecodeOptions options) {
    Container container = container(data, name, options.limits());
    ImageHeader header = container.header();
    try {
      RgbImage stored = container.decode(options.alphaMode());
      if (stored.width() != header.stored().width()
          || stored.height() != header.stored().height()) {
        throw new IOException("the decoder returned another size than announced");
      }
      return Orientation.apply(stored, header.orientation());
    } catch (BadPictureException e) {
      throw refused(name, header.format() + " picture " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw refused(
          name,
          header.format()
              + " picture of "
              + header.stored()
              + " pixels does not fit into memory: make it smaller or give the program more memory",
          e);
    } catch (IOException | RuntimeException | StackOverflowError | InternalError e) {
      throw refused(
          name,
          header.format()
              + " picture is damaged: the decoder reports \""
              + reason(e)
              + "\"; get another copy or save it anew",
          e);
    }
  }

  private static Container container(byte[] data, String name, DecodeLimits limits) {
    if (data.length > limits.maxBytes()) {
      throw tooManyBytes(name, data.length, limits);
    }
    Bytes file = Bytes.bigEndian(data);
    String format = "";
    try {
      Container container;
      if (PngContainer.recognises(file)) {
        format = "PNG picture ";
        container = PngContainer.of(data);
      } else if (JpegContainer.recognises(file)) {
        format = "JPEG picture ";
        container = JpegContainer.of(data);
      } else if (WebpContainer.recognises(file)) {
        format = "WebP picture ";
        container = WebpContainer.of(data);
      } else if (GifContainer.recognises(file)) {
        format = "GIF picture ";
        container = GifContainer.of(data);
      } else if (TiffContainer.recognises(file)) {
        format = "TIFF picture ";
        container = TiffContainer.of(data);
      } else if (BmpContainer.recognises(file)) {
        format = "BMP picture ";
        container = BmpContainer.of(data);
      } else if (Jp2Container.recognises(data)) {
        format = "JPEG 2000 picture ";
        container = Jp2Container.of(data);
      } else {
        throw new BadPictureException(OtherFile.describe(data));
      }
      checkSize(container.header().stored(), name, limits);
      return container;
    } catch (BadPictureException e) {
      throw refused(name, format + e.getMessage(), e);
    }
  }

  static void checkSize(ImageSize size, String name, DecodeLimits limits) {
    if (size.width() > limits.maxSide()
        || size.height() > limits.maxSide()
        || size.pixels() > limits.maxPixels()) {
      throw refused(
          name,
          "announces "
              + size
              + " = "
              + size.pixels()
              + " pixels, but at most "
              + limits.maxPixels()
              + " pixels and "
              + limits.maxSide()
              + " a side are decoded: make the picture smaller or raise the limit",
          null);
    }
  }

  static OcelliException tooManyBytes(String name, long length, DecodeLimits limits) {
    return refused(
        name,
        "has "
            + length
            + " bytes, but at most "
            + limits.maxBytes()
            + " are read: make the picture smaller or raise the limit",
        null);
  }

  static OcelliException refused(
      String name, String predicate, @org.jspecify.annotations.Nullable Throwable cause) {
    return new OcelliException(
        OcelliException.Kind.INPUT, oneLine(name) + ": " + oneLine(predicate), cause);
  }

  /** The innermost message of a decoder; its accidents are named by their kind alone. */
  static String reason(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    boolean telling = cause instanceof IOException || cause instanceof DataFormatException;
    return telling && message != null && !message.isBlank()
        ? message
        : cause.getClass().getSimpleName();
  }

  /** Control characters, which file names and decoders' messages may hold, would break the line. */
  private static String oneLine(String text) {
    return text.replaceAll("\\p{Cntrl}+", " ").strip();
  }
}
