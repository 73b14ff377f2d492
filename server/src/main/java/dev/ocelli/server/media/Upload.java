package dev.ocelli.server.media;

import dev.ocelli.engine.vision.RgbImage;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.DecodeOptions;
import dev.ocelli.media.ImageFile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A picture that came with a request. Its pixels may be decoded before they are asked for. */
public final class Upload implements EarlyPicture {
  private final ImageFile file;
  private final String sha256;
  private @Nullable RgbImage decoded;

  private Upload(ImageFile file) {
    this.file = file;
    this.sha256 = hash(file.bytes());
  }

  /**
   * Walks a picture's container.
   *
   * @param name the place in the request, for errors
   * @throws dev.ocelli.engine.OcelliException INPUT when it is none, or over a limit
   */
  public static Upload of(byte[] bytes, String name, DecodeLimits limits) {
    return new Upload(ImageFile.of(bytes, name, limits));
  }

  @Override
  public String name() {
    return file.name();
  }

  @Override
  public int width() {
    return file.header().size().width();
  }

  @Override
  public int height() {
    return file.header().size().height();
  }

  @Override
  public String sha256() {
    return sha256;
  }

  @Override
  public synchronized void decodeEarly(boolean keep) {
    if (decoded == null) {
      RgbImage pixels = file.decode(DecodeOptions.DEFAULT);
      decoded = keep ? pixels : null;
    }
  }

  /** The pixels; those that were kept are given away once, for they take much memory. */
  @Override
  public synchronized RgbImage decode() {
    RgbImage pixels = decoded;
    decoded = null;
    return pixels == null ? file.decode(DecodeOptions.DEFAULT) : pixels;
  }

  @Override
  public synchronized void release() {
    decoded = null;
  }

  @Override
  public byte[] bytes() {
    return file.bytes();
  }

  @Override
  public long fileBytes() {
    return file.bytes().length;
  }

  private static String hash(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
