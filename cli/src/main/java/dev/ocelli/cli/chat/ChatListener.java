package dev.ocelli.cli.chat;

import dev.ocelli.cli.console.Progress;
import dev.ocelli.engine.runtime.ReplyListener;

/** Shows a reply of a chat while it is made. */
final class ChatListener implements ReplyListener {
  private final ChatConsole console;
  private final Progress progress;

  ChatListener(ChatConsole console, Progress progress) {
    this.console = console;
    this.progress = progress;
  }

  @Override
  public void progress(Phase phase, int done, int total) {
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
    console.piece(piece, reasoning);
  }
}
