package dev.ocelli.media.video;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.engine.vision.FrameStream;
import dev.ocelli.engine.vision.ImageSize;
import dev.ocelli.engine.vision.RgbImage;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A video that ffmpeg decodes: exactly the frames that are asked for, through a pipe. */
final class FfmpegClip implements ClipSource {
  /**
   * Between frames that are so many seconds apart a new process seeks; it is faster than decoding
   * what lies between.
   */
  private static final double SEEK_SECONDS = 20;

  private final String name;
  private final VideoBytes video;
  private final VideoProbe probe;
  private final Ffmpeg tools;
  private final VideoLimits limits;

  private FfmpegClip(
      String name, VideoBytes video, VideoProbe probe, Ffmpeg tools, VideoLimits limits) {
    this.name = name;
    this.video = video;
    this.probe = probe;
    this.tools = tools;
    this.limits = limits;
  }

  /** Asks ffprobe what there is. */
  static FfmpegClip of(String name, VideoBytes video, Ffmpeg tools, VideoLimits limits) {
    try (VideoBytes.Located at = video.locate()) {
      VideoProbe probe = VideoProbe.of(name, at.url(), tools, limits);
      return new FfmpegClip(name, video, probe, tools, limits);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public ImageSize size() {
    return probe.size();
  }

  @Override
  public int frameCount() {
    return probe.times().starts().length;
  }

  @Override
  public double fps() {
    return probe.times().fps();
  }

  @Override
  public double seconds(int index) {
    return probe.times().seconds(index);
  }

  @Override
  public String identity(int[] indices) {
    return "/%s/ffmpeg %s/%s"
        .formatted(video.sha256(name), probe.version(), VideoBytes.digest(indices));
  }

  @Override
  public String fileSha256() {
    return video.sha256(name);
  }

  @Override
  public long heldBytes() {
    return video.held();
  }

  @Override
  public FrameStream open(int[] indices) {
    return new Stream(indices, video.locate());
  }

  /** Ranges {@code [from, to)} of the wanted frames, each for a process of its own. */
  private List<int[]> runs(int[] indices) {
    double[] starts = probe.times().starts();
    List<int[]> runs = new ArrayList<>();
    int from = 0;
    for (int i = 1; i <= indices.length; i++) {
      if (i == indices.length || starts[indices[i]] - starts[indices[i - 1]] > SEEK_SECONDS) {
        runs.add(new int[] {from, i});
        from = i;
      }
    }
    return runs;
  }

  private Child start(String url, int[] wanted) {
    double[] starts = probe.times().starts();
    List<String> command = new ArrayList<>();
    command.add(tools.ffmpeg().toString());
    command.addAll(List.of("-nostdin", "-hide_banner", "-loglevel", "error"));
    command.addAll(VideoProbe.INPUT);
    int base = 0;
    if (starts[wanted[0]] > SEEK_SECONDS) {
      base = wanted[0];
      // Halfway to the frame before: rounded times of neither can be taken for the other's.
      double at = (starts[base] + starts[base - 1]) / 2 + probe.offset();
      command.addAll(List.of("-ss", String.format(Locale.ROOT, "%.6f", at)));
    }
    command.addAll(List.of("-i", url, "-map", "0:V:0", "-an", "-sn", "-dn"));
    command.addAll(List.of("-vf", "select='" + select(wanted, 0, wanted.length, base) + "'"));
    // Colours are converted the same on every machine.
    command.addAll(List.of("-sws_flags", "bicubic+accurate_rnd+full_chroma_int+bitexact"));
    command.addAll(
        probe.knowsFpsMode() ? List.of("-fps_mode", "passthrough") : List.of("-vsync", "0"));
    command.addAll(List.of("-frames:v", Integer.toString(wanted.length)));
    command.addAll(List.of("-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"));
    return new Child(name, command, limits);
  }

  /**
   * An expression of ffmpeg that is 1 for the wanted frames: a tree of comparisons, so that each
   * frame costs few of them.
   */
  private static String select(int[] wanted, int from, int to, int base) {
    if (to - from == 1) {
      return "eq(n," + (wanted[from] - base) + ")";
    }
    int middle = (from + to) >>> 1;
    return "if(lt(n,%d),%s,%s)"
        .formatted(
            wanted[middle] - base,
            select(wanted, from, middle, base),
            select(wanted, middle, to, base));
  }

  /** Frames out of a pipe. */
  private final class Stream implements FrameStream {
    private final int[] indices;
    private final VideoBytes.Located at;
    private final List<int[]> runs;
    private int run;
    private int next;
    private @Nullable Child child;
    private @Nullable RgbImage last;
    private boolean closed;

    Stream(int[] indices, VideoBytes.Located at) {
      this.indices = indices;
      this.at = at;
      this.runs = runs(indices);
    }

    @Override
    public RgbImage next() {
      int i = next++;
      RgbImage known = last;
      if (known != null && indices[i] == indices[i - 1]) {
        return known;
      }
      Child from = child(i);
      ImageSize size = probe.size();
      byte[] rgb = new byte[Math.toIntExact(3 * size.pixels())];
      if (from.read(rgb, rgb.length) < rgb.length) {
        throw ended(i, from);
      }
      if (i == runs.get(run)[1] - 1) {
        finish(from);
      }
      last = new RgbImage(size.width(), size.height(), rgb);
      return last;
    }

    /** The process that decodes a frame; begins the next one where a run begins. */
    private synchronized Child child(int i) {
      Child current = child;
      if (current == null && !closed) {
        int[] r = runs.get(run);
        int[] wanted = Arrays.stream(indices, r[0], r[1]).distinct().toArray();
        current = start(at.url(), wanted);
        child = current;
      }
      if (current == null) {
        throw VideoProbe.refused(name, "was closed before frame " + indices[i]);
      }
      return current;
    }

    /** A process that writes more than was asked for has frames of another size. */
    private void finish(Child done) {
      if (done.read(new byte[1], 1) > 0) {
        throw VideoProbe.refused(
            name, "ffmpeg writes frames of another size than ffprobe says; convert the file first");
      }
      synchronized (this) {
        done.close();
        child = null;
        run++;
      }
    }

    private RuntimeException ended(int i, Child from) {
      String complaint = from.succeeded() ? "" : from.complaint();
      return VideoProbe.refused(
          name,
          "is damaged or cut off: ffmpeg has no frame %d at %.1f seconds%s; give another copy, or a part with --end"
              .formatted(
                  indices[i],
                  probe.times().seconds(indices[i]),
                  complaint.isEmpty() ? "" : " (" + complaint + ")"));
    }

    @Override
    public synchronized void close() {
      closed = true;
      if (child != null) {
        child.close();
        child = null;
      }
      at.close();
    }
  }
}
