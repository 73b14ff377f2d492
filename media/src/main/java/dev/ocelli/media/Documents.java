package dev.ocelli.media;

import dev.ocelli.engine.OcelliException;
import java.nio.file.Path;

/** Opens files of pages: PDF, and TIFF with more than one picture. */
public final class Documents {
  private Documents() {}

  /** Whether a file is to be taken as pages; any other is a picture or nothing that is known. */
  public static boolean recognises(byte[] data) {
    return isPdf(data) || TiffDocument.recognises(data);
  }

  /**
   * Opens a document.
   *
   * @param data the whole file, which is not copied and must not change
   * @param name what messages call it
   * @throws OcelliException (INPUT) when it is none, is damaged, encrypted, or over a limit
   */
  public static Document open(byte[] data, String name, DocumentOptions options) {
    if (data.length > options.limits().maxBytes()) {
      throw ImageDecoder.tooManyBytes(name, data.length, options.limits());
    }
    if (isPdf(data)) {
      return new PdfDocument(data, name, options);
    }
    if (TiffDocument.recognises(data)) {
      return new TiffDocument(data, name, options);
    }
    throw ImageDecoder.refused(name, "is no PDF and no TIFF of several pages", null);
  }

  /**
   * Takes a file that is no document as a picture, where documents and clips are taken, too.
   *
   * @throws OcelliException (INPUT) if it is none, which says what is taken, or is over a limit
   */
  public static ImageFile picture(byte[] data, String name, DecodeLimits limits) {
    if (!ImageDecoder.recognises(data)) {
      throw ImageDecoder.refused(name, OtherFile.describeAmongMedia(data), null);
    }
    return ImageFile.of(data, name, limits);
  }

  /**
   * Reads a file, document or picture.
   *
   * @throws OcelliException (INPUT) if there is no such file, or it is over the limit
   */
  public static byte[] read(Path file, DecodeLimits limits) {
    return ImageFile.readBytes(file, limits);
  }

  /** Stands here so that pictures do not load what PDF needs. */
  private static boolean isPdf(byte[] data) {
    Bytes file = Bytes.bigEndian(data);
    // Up to a kilobyte of something else may come before.
    for (int i = 0; i + 5 <= Math.min(data.length, 1024); i++) {
      if (data[i] == '%' && file.is(i, "%PDF-")) {
        return true;
      }
    }
    return false;
  }
}
