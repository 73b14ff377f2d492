package dev.ocelli.cli.answer;

import dev.ocelli.cli.model.Rates;
import dev.ocelli.engine.runtime.Reply;
import java.util.Locale;

/** Lines for people about a reply: what became of the pictures, where the time went. */
public final class ReplyReport {
  /** Milliseconds of looking things up that are worth a word. */
  private static final double SLOW_CACHE = 10;

  private ReplyReport() {}

  /** {@code photo.jpg: 4032x3024 -> 1024x768, 768 tokens}. */
  public static String picture(String name, Reply.MediaUse use) {
    StringBuilder s = new StringBuilder(name).append(": ");
    int frames = use.grid().t();
    if (frames > 1) {
      s.append(frames).append(" pairs of frames, ");
    }
    s.append(use.width()).append('x').append(use.height());
    if (use.width() != use.resizedWidth() || use.height() != use.resizedHeight()) {
      s.append(" -> ").append(use.resizedWidth()).append('x').append(use.resizedHeight());
    }
    s.append(", ").append(use.tokens()).append(" tokens");
    return use.cached() ? s.append(" (cached)").toString() : s.toString();
  }

  /** Tokens, times by phase and rates in one line. */
  static String summary(Reply reply, double loadMillis) {
    Rates rates = Rates.of(reply);
    Reply.Timings t = reply.timings();
    StringBuilder s = new StringBuilder();
    s.append("prompt ").append(reply.promptTokens()).append(" tokens");
    if (reply.reusedTokens() > 0) {
      s.append(" (").append(reply.reusedTokens()).append(" reused)");
    }
    s.append(", reply ").append(reply.tokens().size()).append(" tokens (");
    s.append(reply.finish().name().toLowerCase(Locale.ROOT)).append(") | load ");
    s.append(time(loadMillis));
    if (t.cache() >= SLOW_CACHE) {
      s.append(", cache ").append(time(t.cache()));
    }
    if (!reply.media().isEmpty()) {
      s.append(", decode ").append(time(t.decodeImage()));
      s.append(", preprocess ").append(time(t.preprocess()));
      s.append(", encode ").append(time(t.encode())).append(rate(rates.image()));
    }
    s.append(", prompt ").append(time(t.prompt())).append(rate(rates.prompt()));
    s.append(", generate ").append(time(t.generate())).append(rate(rates.generate()));
    if (reply.drafts().drafted() > 0) {
      s.append(", drafted ").append(reply.drafts().drafted());
      s.append(" (").append(reply.drafts().accepted()).append(" accepted)");
    }
    return s.toString();
  }

  /**
   * One reply of a conversation, shorter: what was computed for it, and how full the context is.
   */
  public static String turn(Reply reply, int contextLength) {
    Rates rates = Rates.of(reply);
    Reply.Timings t = reply.timings();
    StringBuilder s = new StringBuilder();
    s.append(reply.tokens().size()).append(" tokens").append(rate(rates.generate()));
    s.append(" | prompt ").append(reply.promptTokens());
    if (reply.reusedTokens() > 0) {
      s.append(" (").append(reply.reusedTokens()).append(" reused)");
    }
    s.append(", ").append(time(t.prompt())).append(rate(rates.prompt()));
    if (reply.media().stream().anyMatch(m -> !m.cached())) {
      s.append(" | pictures ").append(time(t.decodeImage() + t.preprocess() + t.encode()));
      s.append(rate(rates.image()));
    }
    int used = reply.promptTokens() + reply.tokens().size();
    return s.append(" | context %d of %d".formatted(used, contextLength)).toString();
  }

  /** Seconds for people: {@code 0.25 s}. */
  public static String seconds(double seconds) {
    return time(seconds * 1000);
  }

  private static String rate(double perSecond) {
    return Double.isNaN(perSecond)
        ? ""
        : String.format(
            Locale.ROOT, perSecond < 100 ? " (%.1f tok/s)" : " (%.0f tok/s)", perSecond);
  }

  private static String time(double millis) {
    return millis < 1000
        ? String.format(Locale.ROOT, "%.0f ms", millis)
        : String.format(Locale.ROOT, "%.2f s", millis / 1000);
  }
}
