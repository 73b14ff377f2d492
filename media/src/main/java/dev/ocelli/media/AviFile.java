package dev.ocelli.media;

import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An AVI file (RIFF, with the OpenDML parts of large files) whose first video stream is Motion
 * JPEG.
 *
 * <p>Its index is not read: frames are found by walking the chunks. An empty chunk shows the frame
 * before it once more.
 */
final class AviFile implements Animation.Container {
  private static final String WHERE = "the chunk list";

  /** Lists of lists: a file that nests deeper is none of any encoder. */
  private static final int MAX_DEPTH = 4;

  /** Where a frame's JPEG picture lies; of length 0 for one that is repeated. */
  private record Frame(int at, int length) {}

  private final Bytes file;
  private final DecodeLimits limits;
  private final List<Frame> frames = new ArrayList<>();
  private int streams;

  /** The number of the first video stream; -1 before it is found. */
  private int video = -1;

  private boolean jpeg;
  private double secondsPerFrame;
  private @Nullable ImageSize size;

  private AviFile(byte[] data, DecodeLimits limits) {
    this.file = Bytes.littleEndian(data);
    this.limits = limits;
  }

  static boolean recognises(Bytes file) {
    return file.is(0, "RIFF") && file.is(8, "AVI ");
  }

  /** Walks the file; null when its video is something else than Motion JPEG. */
  static @Nullable AviFile of(byte[] data, DecodeLimits limits) throws BadPictureException {
    AviFile avi = new AviFile(data, limits);
    long at = 0;
    while (at + 12 <= data.length && avi.file.is(at, "RIFF")) {
      long length = avi.file.u32(at + 4, WHERE);
      avi.file.need(at, 8 + length, "the part at byte " + at);
      avi.list(at + 12, at + 8 + length, 0);
      if (avi.video >= 0 && !avi.jpeg) {
        return null;
      }
      at += 8 + length + (length & 1);
    }
    avi.finish();
    return avi;
  }

  private void list(long from, long end, int depth) throws BadPictureException {
    if (depth > MAX_DEPTH) {
      throw BadPictureException.damaged("lists are nested too deeply", from);
    }
    long at = from;
    while (at + 8 <= end) {
      String type = file.tag(at, WHERE);
      long length = file.u32(at + 4, WHERE);
      if (at + 8 + length > end) {
        throw BadPictureException.damaged("the chunk " + type + " is too long", at);
      }
      chunk(type, (int) at + 8, (int) length, depth);
      at += 8 + length + (length & 1);
    }
  }

  private void chunk(String type, int data, int length, int depth) throws BadPictureException {
    switch (type) {
      case "LIST" -> {
        if (length >= 4) {
          list(data + 4L, (long) data + length, depth + 1);
        }
      }
      case "strh" -> {
        if (video < 0 && file.is(data, "vids")) {
          video = streams;
          double scale = file.u32(data + 20L, type);
          double rate = file.u32(data + 24L, type);
          double fps = rate / scale;
          if (!(fps >= 0.001 && fps <= 10_000)) {
            throw BadPictureException.damaged(
                String.format(Locale.ROOT, "the frame rate is %.0f / %.0f", rate, scale), data);
          }
          secondsPerFrame = scale / rate;
        }
        streams++;
      }
      case "strf" -> {
        if (video == streams - 1 && video >= 0) {
          String codec = file.tag(data + 16L, type).toUpperCase(Locale.ROOT);
          jpeg = codec.equals("MJPG");
        }
      }
      default -> {
        if (jpeg && isFrame(type)) {
          frame(data, length);
        }
      }
    }
  }

  /** {@code 00dc}: the stream's number, and compressed or uncompressed video. */
  private boolean isFrame(String type) {
    return (type.endsWith("dc") || type.endsWith("db"))
        && type.substring(0, 2).equals(String.format(Locale.ROOT, "%02d", video));
  }

  private void frame(int data, int length) throws BadPictureException {
    if (frames.isEmpty() && length == 0) {
      throw BadPictureException.damaged("the first frame is empty", data);
    }
    frames.add(new Frame(data, length));
    if (frames.size() > Animation.MAX_FRAMES) {
      throw new BadPictureException(
          "has more than " + Animation.MAX_FRAMES + " frames; give a shorter clip");
    }
  }

  private void finish() throws BadPictureException {
    if (video < 0) {
      throw new BadPictureException("has no video; give another file");
    }
    if (frames.isEmpty()) {
      throw new BadPictureException("has no frames; get another copy or save it anew");
    }
    size = JpegContainer.of(picture(frames.getFirst())).header().size();
  }

  private byte[] picture(Frame f) {
    int from = file.start(f.at());
    return Arrays.copyOfRange(file.array(), from, from + f.length());
  }

  @Override
  public ImageSize size() {
    return Objects.requireNonNull(size);
  }

  @Override
  public double[] durations() {
    double[] all = new double[frames.size()];
    Arrays.fill(all, secondsPerFrame);
    return all;
  }

  @Override
  public Animation.Frames frames() {
    return this::decode;
  }

  private RgbImage decode(int index) throws BadPictureException {
    int at = index;
    while (frames.get(at).length() == 0) {
      at--;
    }
    RgbImage image =
        ImageDecoder.decode(
            picture(frames.get(at)), "frame " + index, new DecodeOptions(limits, AlphaMode.DROP));
    if (image.width() != size().width() || image.height() != size().height()) {
      throw new BadPictureException(
          "is %d x %d pixels, but the first frame is %s; save the clip anew"
              .formatted(image.width(), image.height(), size()));
    }
    return image;
  }
}
