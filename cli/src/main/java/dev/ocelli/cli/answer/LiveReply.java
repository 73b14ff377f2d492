package dev.ocelli.cli.answer;

import dev.ocelli.cli.console.Progress;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.engine.runtime.ReplyListener;

/** Shows a reply while it is made: progress on stderr, text on stdout, reasoning on stderr. */
final class LiveReply implements ReplyListener {
  /**
   * What is shown of a reply.
   *
   * @param answer whether the text is written to stdout as it comes
   * @param reasoning whether reasoning is written to stderr as it comes
   */
  record Shown(boolean answer, boolean reasoning) {}

  private final Streams streams;
  private final Progress progress;
  private final Runnable beforeWork;
  private final Shown shown;
  private boolean workBegun;
  private boolean reasoningOpen;
  private boolean lineOpen;

  /**
   * @param beforeWork run once, when the first picture has been decoded and the long work begins:
   *     whoever then sees that a picture is taken too big can stop it, and a picture that fails
   *     leaves its error alone
   */
  LiveReply(Streams streams, Progress progress, Runnable beforeWork, Shown shown) {
    this.streams = streams;
    this.progress = progress;
    this.beforeWork = beforeWork;
    this.shown = shown;
  }

  @Override
  public void progress(Phase phase, int done, int total) {
    if (!workBegun && (phase == Phase.ENCODE || phase == Phase.PROMPT)) {
      workBegun = true;
      progress.clear();
      beforeWork.run();
    }
    String what =
        switch (phase) {
          case DECODE_IMAGE -> "decoding picture";
          case PREPROCESS -> "resizing picture";
          case ENCODE -> "encoding picture";
          case PROMPT -> "reading prompt";
        };
    progress.show(what, done, total);
  }

  @Override
  public void text(String piece, boolean reasoning) {
    progress.clear();
    if (reasoning) {
      if (shown.reasoning()) {
        streams.err().print(piece);
        streams.err().flush();
        reasoningOpen = !piece.endsWith("\n");
      }
      return;
    }
    closeReasoning();
    if (shown.answer()) {
      streams.out().print(piece);
      lineOpen = !piece.endsWith("\n");
    }
  }

  /** Ends the line that is open, so that what follows starts on one of its own. */
  void finish() {
    progress.clear();
    closeReasoning();
    if (lineOpen) {
      streams.out().print("\n");
      lineOpen = false;
    }
  }

  private void closeReasoning() {
    if (reasoningOpen) {
      streams.err().println();
      reasoningOpen = false;
    }
  }
}
