package dev.ocelli.cli.chat;

import dev.ocelli.cli.media.MediaList;
import dev.ocelli.engine.chat.Content;
import dev.ocelli.engine.chat.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message of the user and its reply. */
record ChatExchange(Question question, Answer answer) {

  /**
   * What the user said.
   *
   * @param shown files that come with it, in order
   */
  record Question(String text, List<ChatAttachment> shown) {

    /** What is shown, in one list. */
    MediaList media() {
      List<dev.ocelli.engine.runtime.Media> media = new ArrayList<>();
      List<String> names = new ArrayList<>();
      List<MediaList.Beside> beside = new ArrayList<>();
      for (ChatAttachment a : shown) {
        media.addAll(a.media().media());
        names.addAll(a.media().names());
        beside.addAll(a.media().beside());
      }
      return new MediaList(media, names, beside, List.of());
    }

    /** As the model gets it: what {@code run} makes of the same files and words. */
    Message message() {
      return Message.user(media().content(text));
    }
  }

  /**
   * What the model said.
   *
   * @param cut whether somebody or a limit ended it
   */
  record Answer(String text, @Nullable String reasoning, boolean cut) {
    Message message() {
      return new Message("assistant", List.of(new Content.Text(text)), reasoning, List.of());
    }

    /** The same with more behind it. */
    Answer followedBy(Answer more) {
      String thought =
          reasoning == null || more.reasoning == null
              ? (reasoning == null ? more.reasoning : reasoning)
              : reasoning + more.reasoning;
      return new Answer(text + more.text, thought, more.cut);
    }
  }
}
