package dev.ocelli.media.video;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.media.DecodeLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What ffprobe says about a file: its first video stream, and when each frame is shown.
 *
 * @param size of a frame, upright
 * @param times of the frames
 * @param offset what ffmpeg's {@code -ss} counts from, in seconds before the first frame
 * @param version of the program, which identifies its decoders
 */
record VideoProbe(ImageSize size, FrameTimes times, double offset, String version) {
  private static final int MOST_JSON = 1 << 20;
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * Formats that hold their data themselves: a playlist could name other files. Networks are out of
   * reach in any case.
   */
  static final List<String> INPUT =
      List.of(
          "-protocol_whitelist",
          "file",
          "-format_whitelist",
          "mov,matroska,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,gif,webp_pipe,apng,h264,hevc,ivf,mjpeg,m4v,mxf,rm,nut,dv,yuv4mpegpipe");

  /**
   * Asks ffprobe.
   *
   * @param name what messages call the file
   * @param file as it is given to the programs
   */
  static VideoProbe of(String name, String file, Ffmpeg tools, VideoLimits limits) {
    JsonNode json = header(name, file, tools, limits);
    JsonNode stream = json.path("streams").path(0);
    if (!stream.isObject()) {
      throw refused(name, "has no video; give a video file");
    }
    int width = stream.path("width").asInt(0);
    int height = stream.path("height").asInt(0);
    DecodeLimits most = limits.pictures();
    if (width < 1
        || height < 1
        || width > most.maxSide()
        || height > most.maxSide()
        || (long) width * height > most.maxPixels()) {
      throw refused(
          name,
          "announces frames of %d x %d pixels, but at most %d pixels and %d a side are decoded: make the video smaller"
              .formatted(width, height, most.maxPixels(), most.maxSide()));
    }
    boolean turned = Math.floorMod(Math.round(rotation(stream)), 180) == 90;
    double fps = rate(stream.path("avg_frame_rate").asString(""));
    double[] starts = starts(name, file, fps, tools, limits);
    double first = starts[0];
    double begin = number(json.path("format").path("start_time"), first);
    double duration = number(stream.path("duration"), 0);
    for (int i = 0; i < starts.length; i++) {
      starts[i] -= first;
    }
    return new VideoProbe(
        turned ? new ImageSize(height, width) : new ImageSize(width, height),
        FrameTimes.of(starts, fps, duration),
        first - begin,
        json.path("program_version").path("version").asString("unknown"));
  }

  private static JsonNode header(String name, String file, Ffmpeg tools, VideoLimits limits) {
    List<String> command = new ArrayList<>();
    command.add(tools.ffprobe().toString());
    command.addAll(List.of("-hide_banner", "-loglevel", "error"));
    command.addAll(INPUT);
    command.addAll(
        List.of(
            "-select_streams",
            "V:0",
            "-show_program_version",
            "-show_entries",
            "program_version=version:format=start_time:stream=width,height,avg_frame_rate,duration:stream_tags=rotate:stream_side_data=rotation",
            "-of",
            "json",
            "-i",
            file));
    try (Child probe = new Child(name, command, limits)) {
      byte[] json = new byte[MOST_JSON];
      int n = probe.read(json, json.length);
      if (n == json.length || !probe.succeeded()) {
        throw notRead(name, probe);
      }
      return JSON.readTree(new String(json, 0, n, StandardCharsets.UTF_8));
    } catch (JacksonException e) {
      throw refused(name, "ffprobe says nothing that can be read; check its installation");
    }
  }

  /** Presentation times of the frames, rising: a line for each packet. */
  private static double[] starts(
      String name, String file, double fps, Ffmpeg tools, VideoLimits limits) {
    List<String> command = new ArrayList<>();
    command.add(tools.ffprobe().toString());
    command.addAll(List.of("-hide_banner", "-loglevel", "error"));
    command.addAll(INPUT);
    command.addAll(
        List.of(
            "-select_streams",
            "V:0",
            "-show_entries",
            "packet=pts_time,flags",
            "-of",
            "csv=p=0",
            "-i",
            file));
    PacketTimes times = new PacketTimes(name, limits.frames(), fps);
    try (Child probe = new Child(name, command, limits)) {
      byte[] part = new byte[1 << 13];
      int n;
      do {
        n = probe.read(part, part.length);
        times.add(part, n);
      } while (n == part.length);
      if (!probe.succeeded()) {
        throw notRead(name, probe);
      }
    }
    return times.sorted();
  }

  /** Reads lines {@code 0.040000,K_}. */
  private static final class PacketTimes {
    private static final int LONGEST = 256;

    private final String name;
    private final int most;
    private final double fps;
    private final StringBuilder line = new StringBuilder();
    private double[] times = new double[256];
    private int count;
    private boolean untimed;

    PacketTimes(String name, int most, double fps) {
      this.name = name;
      this.most = most;
      this.fps = fps;
    }

    void add(byte[] bytes, int n) {
      for (int i = 0; i < n; i++) {
        if (bytes[i] == '\n') {
          packet(line.toString());
          line.setLength(0);
        } else if (line.length() < LONGEST) {
          line.append((char) (bytes[i] & 0xFF));
        }
      }
    }

    private void packet(String text) {
      int comma = text.indexOf(',');
      // What is discarded is decoded, but not shown.
      if (comma < 0 || text.indexOf('D', comma) >= 0) {
        return;
      }
      if (count == most) {
        throw refused(name, "has more than " + most + " frames: give a shorter video");
      }
      double time;
      try {
        time = Double.parseDouble(text.substring(0, comma));
      } catch (NumberFormatException e) {
        // AVI files and bare streams have no times, but a rate.
        untimed = true;
        time = 0;
      }
      if (count == times.length) {
        times = Arrays.copyOf(times, 2 * count);
      }
      times[count++] = time;
    }

    double[] sorted() {
      if (count == 0) {
        throw refused(name, "has no frames; get another copy of the file");
      }
      double[] out = Arrays.copyOf(times, count);
      if (untimed) {
        if (fps == 0) {
          throw refused(
              name, "does not say when its frames are shown; put it into an mp4 file first");
        }
        Arrays.setAll(out, i -> i / fps);
      }
      Arrays.sort(out);
      return out;
    }
  }

  /** Degrees; old versions of ffmpeg have it among the tags. */
  private static double rotation(JsonNode stream) {
    for (JsonNode side : stream.path("side_data_list")) {
      if (side.has("rotation")) {
        return side.get("rotation").asDouble(0);
      }
    }
    return number(stream.path("tags").path("rotate"), 0);
  }

  /** {@code 30000/1001}; 0 for none. */
  private static double rate(String text) {
    int slash = text.indexOf('/');
    try {
      double fps =
          slash < 0
              ? Double.parseDouble(text)
              : Double.parseDouble(text.substring(0, slash))
                  / Double.parseDouble(text.substring(slash + 1));
      return fps >= 1e-6 && fps < 1e6 ? fps : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  private static double number(JsonNode node, double otherwise) {
    try {
      double value = Double.parseDouble(node.asString(""));
      return Double.isFinite(value) ? value : otherwise;
    } catch (NumberFormatException e) {
      return otherwise;
    }
  }

  private static OcelliException notRead(String name, Child probe) {
    String complaint = probe.complaint();
    return refused(
        name,
        "is no video that ffprobe can read%s: give another file, or convert it to mp4 first"
            .formatted(complaint.isEmpty() ? "" : " (" + complaint + ")"));
  }

  static OcelliException refused(String name, String predicate) {
    return new OcelliException(OcelliException.Kind.INPUT, name + ": " + predicate);
  }

  /** Whether this version knows {@code -fps_mode}, which 5.1 brought. */
  boolean knowsFpsMode() {
    String digits = version.toLowerCase(Locale.ROOT).replaceFirst("^n", "");
    String[] parts = digits.split("[^0-9]", 3);
    try {
      int major = Integer.parseInt(parts[0]);
      return major > 5 || major == 5 && parts.length > 1 && Integer.parseInt(parts[1]) >= 1;
    } catch (NumberFormatException e) {
      return true;
    }
  }
}
