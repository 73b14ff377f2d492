package dev.ocelli.cli.bench;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.vision.PictureSource;
import dev.ocelli.engine.vision.RgbImage;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The size of a picture to measure with. */
public record BenchSize(int width, int height) {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})[xX*](\\d{1,5})");

  public static BenchSize parse(String text) {
    Matcher m = SIZE.matcher(text);
    if (!m.matches() || m.group(1).equals("0") || m.group(2).equals("0")) {
      throw new OcelliException(
          Kind.USAGE, "--image '%s' is no size; for example 768x768".formatted(text));
    }
    return new BenchSize(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
  }

  /** Noise of this size; another number is another picture for every cache. */
  PictureSource picture(int number) {
    return new Noise(this, number);
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }

  private record Noise(BenchSize size, int number) implements PictureSource {
    @Override
    public String name() {
      return "noise " + size;
    }

    @Override
    public int width() {
      return size.width();
    }

    @Override
    public int height() {
      return size.height();
    }

    @Override
    public String sha256() {
      return "noise-" + size + "-" + number;
    }

    @Override
    public RgbImage decode() {
      byte[] rgb = new byte[Math.multiplyExact(3 * size.width(), size.height())];
      new Random(number).nextBytes(rgb);
      return new RgbImage(size.width(), size.height(), rgb);
    }
  }
}
