package dev.ocelli.engine.runtime;

import dev.ocelli.engine.chat.Prompt;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the tokens are whose keys and values a session holds: ids, and for visual rows which picture
 * they show.
 */
final class SequenceLog {
  private int[] ids = new int[256];
  private int length;
  private final List<Shown> shown = new ArrayList<>();

  /** A run of rows of a picture or clip. */
  private record Shown(int start, int tokens, int frame, String key) {}

  int length() {
    return length;
  }

  /**
   * How many leading tokens of the prompt are held already; always fewer than the prompt has, since
   * its last token's logits are needed.
   */
  int commonPrefix(Prompt prompt, List<PlannedMedia> media) {
    int max = Math.min(length, prompt.ids().length - 1);
    int same = Arrays.mismatch(ids, 0, max, prompt.ids(), 0, max);
    same = same < 0 ? max : same;
    int i = 0;
    for (Prompt.Visual v : prompt.visuals()) {
      if (v.start() >= same) {
        break;
      }
      if (i >= shown.size() || !shown.get(i).equals(shown(v, media))) {
        return Math.min(
            same, i < shown.size() ? Math.min(v.start(), shown.get(i).start()) : v.start());
      }
      i++;
    }
    return i < shown.size() ? Math.min(same, shown.get(i).start()) : same;
  }

  /** Forgets all tokens from an index on. */
  void truncate(int newLength) {
    length = newLength;
    shown.removeIf(s -> s.start() >= newLength);
  }

  /** Notes that prompt tokens have been computed. */
  void append(Prompt prompt, List<PlannedMedia> media, int from, int to) {
    for (int i = from; i < to; i++) {
      append(prompt.ids()[i]);
    }
    for (Prompt.Visual v : prompt.visuals()) {
      if (v.start() >= from && v.start() < to) {
        shown.add(shown(v, media));
      }
    }
  }

  /** Notes that a generated token has been computed. */
  void append(int id) {
    if (length == ids.length) {
      ids = Arrays.copyOf(ids, 2 * length);
    }
    ids[length++] = id;
  }

  private static Shown shown(Prompt.Visual v, List<PlannedMedia> media) {
    return new Shown(v.start(), v.tokens(), v.frame(), media.get(v.media()).key());
  }
}
