package dev.ocelli.media;

import com.twelvemonkeys.imageio.plugins.tiff.TIFFImageReaderSpi;
import com.twelvemonkeys.imageio.stream.ByteArrayImageInputStream;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/**
 * The pixel decoders: those of the JDK and of TwelveMonkeys, each by its name, because the
 * registry's order depends on the class path and two readers of a format need not agree on every
 * pixel.
 */
enum Reader {
  PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi"),
  JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi"),
  BMP("com.sun.imageio.plugins.bmp.BMPImageReaderSpi"),
  TIFF(new TIFFImageReaderSpi());

  static {
    // TwelveMonkeys opens streams of its own inside some files; none may become a temporary file.
    ImageIO.setUseCache(false);
  }

  private final ImageReaderSpi provider;

  Reader(String jdkProvider) {
    this.provider = find(jdkProvider);
  }

  Reader(ImageReaderSpi provider) {
    this.provider = provider;
  }

  /** The first picture with its colour model. */
  BufferedImage read(byte[] clean) throws IOException {
    return with(
        clean,
        (reader, warnings) -> {
          BufferedImage image = reader.read(0);
          checkWarnings(warnings);
          return image;
        });
  }

  /** The first picture's samples as they are stored, before any colour conversion. */
  Raster readSamples(byte[] clean) throws IOException {
    return with(
        clean,
        (reader, warnings) -> {
          Raster raster = reader.readRaster(0, null);
          checkWarnings(warnings);
          return raster;
        });
  }

  /**
   * Refuses pictures of which a part is missing or wrong. Whatever else decoders warn of leaves the
   * pixels as they should be.
   */
  private static void checkWarnings(List<String> warnings) throws IOException {
    for (String warning : warnings) {
      String w = warning.toLowerCase(Locale.ROOT);
      if (w.contains("premature end") || w.contains("bad huffman") || w.contains("found marker")) {
        throw new IOException(warning);
      }
    }
  }

  private interface Use<T> {
    T apply(ImageReader reader, List<String> warnings) throws IOException;
  }

  private <T> T with(byte[] clean, Use<T> use) throws IOException {
    ImageReader reader = provider.createReaderInstance();
    try (ByteArrayImageInputStream in = new ByteArrayImageInputStream(clean)) {
      List<String> warnings = new CopyOnWriteArrayList<>();
      reader.addIIOReadWarningListener((source, warning) -> warnings.add(warning));
      reader.setInput(in, true, true);
      return use.apply(reader, warnings);
    } finally {
      reader.dispose();
    }
  }

  private static ImageReaderSpi find(String className) {
    Iterator<ImageReaderSpi> all =
        IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
    while (all.hasNext()) {
      ImageReaderSpi provider = all.next();
      if (provider.getClass().getName().equals(className)) {
        return provider;
      }
    }
    throw new IllegalStateException("this Java platform has no " + className);
  }
}
