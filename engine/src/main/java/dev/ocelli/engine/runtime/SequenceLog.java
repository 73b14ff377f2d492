package dev.ocelli.engine.runtime;

import dev.ocelli.engine.cache.Hasher;
import dev.ocelli.engine.chat.Prompt;
import dev.ocelli.engine.kernels.KvLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What the tokens of a sequence are: ids, and for visual rows which picture they show. Keys and
 * values depend on nothing else but the model: positions follow from these.
 *
 * <p>Every whole block of tokens has a key, the hash of its tokens and of the key before it. Equal
 * keys mean that the sequences are equal from the beginning to the end of the block.
 */
final class SequenceLog {
  private static final int BLOCK = KvLayout.BLOCK_TOKENS;

  private String root;
  private int[] ids = new int[256];
  private int length;
  private final List<Shown> shown = new ArrayList<>();

  /** Of the first whole blocks, as far as somebody has asked. */
  private final List<String> keys = new ArrayList<>();

  /** A run of rows of a picture or clip. */
  private record Shown(int start, int rows, int columns, int frame, String key) {
    int end() {
      return start + rows * columns;
    }
  }

  /**
   * Begins without tokens.
   *
   * @param root what the sequence belongs to: sequences of different roots have nothing in common
   */
  SequenceLog(String root) {
    this.root = root;
  }

  /**
   * The tokens of a prompt.
   *
   * @param media keys of its pictures and clips
   */
  static SequenceLog of(String root, Prompt prompt, List<String> media) {
    SequenceLog log = new SequenceLog(root);
    log.ids = prompt.ids();
    log.length = log.ids.length;
    for (Prompt.Visual v : prompt.visuals()) {
      log.shown.add(new Shown(v.start(), v.rows(), v.columns(), v.frame(), media.get(v.media())));
    }
    return log;
  }

  int length() {
    return length;
  }

  /**
   * How many leading tokens of a prompt are here already; always fewer than the prompt has, since
   * its last token's logits are needed.
   */
  int commonPrefix(SequenceLog prompt) {
    if (!root.equals(prompt.root)) {
      return 0;
    }
    int max = Math.min(length, prompt.length - 1);
    int same = Arrays.mismatch(ids, 0, max, prompt.ids, 0, max);
    same = same < 0 ? max : same;
    for (int i = 0; i < Math.max(shown.size(), prompt.shown.size()); i++) {
      int mine = i < shown.size() ? shown.get(i).start() : Integer.MAX_VALUE;
      int other = i < prompt.shown.size() ? prompt.shown.get(i).start() : Integer.MAX_VALUE;
      if (mine >= same && other >= same) {
        break;
      }
      if (mine != other || !shown.get(i).equals(prompt.shown.get(i))) {
        return Math.min(mine, other);
      }
    }
    return same;
  }

  /** Forgets all tokens from an index on, and belongs to a root from now on. */
  void truncate(int newLength, SequenceLog like) {
    root = like.root;
    length = newLength;
    shown.removeIf(s -> s.start() >= newLength);
    int whole = newLength / BLOCK;
    if (keys.size() > whole) {
      keys.subList(whole, keys.size()).clear();
    }
  }

  /** Notes that tokens of a prompt have been computed, which follow what is here. */
  void append(SequenceLog prompt, int to) {
    int from = length;
    for (int i = from; i < to; i++) {
      append(prompt.ids[i]);
    }
    for (Shown s : prompt.shown) {
      if (s.start() >= from && s.start() < to) {
        shown.add(s);
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

  /** Whole blocks of tokens. */
  int blocks() {
    return length / BLOCK;
  }

  /** The key of a whole block. */
  String key(int block) {
    while (keys.size() <= block) {
      int i = keys.size();
      int from = i * BLOCK;
      int to = from + BLOCK;
      Hasher hasher = Hasher.of("block").text(i == 0 ? root : keys.getLast());
      hasher.numbers(ids, from, to);
      for (Shown s : shown) {
        if (s.start() < to && s.end() > from) {
          hasher.number(s.start() - from).number(s.rows()).number(s.columns()).number(s.frame());
          hasher.text(s.key());
        }
      }
      keys.add(hasher.hex());
    }
    return keys.get(block);
  }
}
