package dev.ocelli.server;

import dev.ocelli.media.video.VideoFile;
import dev.ocelli.media.video.VideoLimits;
import dev.ocelli.server.access.ApiKeys;
import dev.ocelli.server.api.HistoryRule;
import dev.ocelli.server.batch.StateRules;
import dev.ocelli.server.http.HttpLimits;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.Observer;
import dev.ocelli.server.http.Origins;
import dev.ocelli.server.media.MediaRules;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a server behaves.
 *
 * @param address where it listens
 * @param keys who may ask
 * @param insecure whether it may listen off this machine without keys
 * @param origins web pages that may use it
 * @param limits of connections and requests
 * @param work of slots and queue
 * @param media where pictures may come from
 * @param videos how video files are read
 * @param exposed what is told beyond answers
 * @param history what becomes of conversations that outgrow the context, unless requests say
 * @param state where files and batches are kept; null for nowhere
 * @param adapterFolder that requests may load LoRA adapters from, or null for none
 * @param observer is told what happens
 */
public record ServerOptions(
    HttpListener.Address address,
    ApiKeys keys,
    boolean insecure,
    Origins origins,
    HttpLimits limits,
    Work work,
    MediaRules media,
    VideoFile videos,
    Exposed exposed,
    HistoryRule history,
    @Nullable StateRules state,
    @Nullable Path adapterFolder,
    Observer observer) {

  /**
   * Slots and queue.
   *
   * @param slots replies that are made at once, each with a context of its own
   * @param queue requests that may wait; more are refused with 429
   * @param deadline longest time of a request; zero for none
   * @param ping after so long a silence a stream gets a sign of life
   * @param grace time that running requests get when the server closes
   */
  public record Work(int slots, int queue, Duration deadline, Duration ping, Duration grace) {
    /** 4 slots, 64 that wait, no deadline, a sign of life every 15 s, 30 s at the end. */
    public static final Work DEFAULT =
        new Work(4, 64, Duration.ZERO, Duration.ofSeconds(15), Duration.ofSeconds(30));
  }

  /**
   * What is told beyond answers.
   *
   * @param slots {@code /slots}
   * @param metrics {@code /metrics}
   * @param page the page for people at {@code /}
   */
  public record Exposed(boolean slots, boolean metrics, boolean page) {}

  /** This machine alone, without keys. */
  public static Builder onThisMachine(int port) {
    return new Builder(port);
  }

  /** Collects options; what is not set is as in the defaults of each record. */
  public static final class Builder {
    private HttpListener.Address address;
    private ApiKeys keys = ApiKeys.NONE;
    private boolean insecure;
    private Origins origins = new Origins(List.of());
    private HttpLimits limits = HttpLimits.DEFAULT;
    private Work work = Work.DEFAULT;
    private MediaRules media = MediaRules.DEFAULT;
    private VideoFile videos = new VideoFile(null, VideoLimits.DEFAULT);
    private Exposed exposed = new Exposed(true, true, true);
    private HistoryRule history = HistoryRule.ERROR;
    private @Nullable StateRules state;
    private @Nullable Path adapterFolder;
    private Observer observer = Observer.NONE;

    private Builder(int port) {
      address = new HttpListener.Address("127.0.0.1", port, null);
    }

    public Builder address(HttpListener.Address v) {
      address = v;
      return this;
    }

    public Builder keys(ApiKeys v) {
      keys = v;
      return this;
    }

    public Builder insecure(boolean v) {
      insecure = v;
      return this;
    }

    public Builder origins(Origins v) {
      origins = v;
      return this;
    }

    public Builder limits(HttpLimits v) {
      limits = v;
      return this;
    }

    public Builder work(Work v) {
      work = v;
      return this;
    }

    public Builder media(MediaRules v) {
      media = v;
      return this;
    }

    public Builder videos(VideoFile v) {
      videos = v;
      return this;
    }

    public Builder exposed(Exposed v) {
      exposed = v;
      return this;
    }

    public Builder history(HistoryRule v) {
      history = v;
      return this;
    }

    public Builder state(@Nullable StateRules v) {
      state = v;
      return this;
    }

    public Builder adapterFolder(@Nullable Path v) {
      adapterFolder = v;
      return this;
    }

    public Builder observer(Observer v) {
      observer = v;
      return this;
    }

    /** The options. */
    public ServerOptions build() {
      return new ServerOptions(
          address,
          keys,
          insecure,
          origins,
          limits,
          work,
          media,
          videos,
          exposed,
          history,
          state,
          adapterFolder,
          observer);
    }
  }
}
