package dev.ocelli.engine.tokenizer;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds control and user-defined tokens in text: the leftmost, and of those that begin at the same
 * place the longest.
 */
final class AddedTokens {
  private static final int ROOT = 0;

  // A trie: node << 16 | character leads to the next node.
  private final Map<Integer, Integer> edges = new HashMap<>();
  private final List<Integer> idOfNode = new ArrayList<>(List.of(-1));
  private final boolean[] firstAscii = new boolean[128];
  private boolean firstOther;

  AddedTokens(Vocabulary vocabulary) {
    for (int id = 0; id < vocabulary.size(); id++) {
      Vocabulary.Type type = vocabulary.type(id);
      if (type == Vocabulary.Type.CONTROL || type == Vocabulary.Type.USER_DEFINED) {
        add(vocabulary, id);
      }
    }
  }

  private void add(Vocabulary vocabulary, int id) {
    String token = vocabulary.token(id);
    int node = ROOT;
    for (int i = 0; i < token.length(); i++) {
      int key = (node << 16) | token.charAt(i);
      Integer next = edges.get(key);
      if (next == null) {
        next = idOfNode.size();
        if (next > 0x7FFF) {
          throw vocabulary.bad("tokenizer.ggml.token_type marks too many tokens as control tokens");
        }
        idOfNode.add(-1);
        edges.put(key, next);
      }
      node = next;
    }
    idOfNode.set(node, id);
    if (token.charAt(0) < 128) {
      firstAscii[token.charAt(0)] = true;
    } else {
      firstOther = true;
    }
  }

  /** A token found at {@code start}, ending before {@code end}. */
  record Match(int start, int end, int id) {}

  /**
   * All matches from left to right, none of which touches a literal character.
   *
   * @param literal bounds of the literal ranges, ascending: start, end, start, end, ...
   */
  List<Match> find(String text, int[] literal) {
    List<Match> matches = new ArrayList<>();
    int range = 0;
    int i = 0;
    while (i < text.length()) {
      while (range < literal.length && literal[range + 1] <= i) {
        range += 2;
      }
      int limit = range < literal.length ? literal[range] : text.length();
      if (limit <= i) {
        i = literal[range + 1];
        continue;
      }
      Match match = longest(text, i, limit);
      if (match == null) {
        i++;
      } else {
        matches.add(match);
        i = match.end;
      }
    }
    return matches;
  }

  private @Nullable Match longest(String text, int start, int limit) {
    char first = text.charAt(start);
    if (first < 128 ? !firstAscii[first] : !firstOther) {
      return null;
    }
    Match best = null;
    int node = ROOT;
    for (int i = start; i < limit; i++) {
      Integer next = edges.get((node << 16) | text.charAt(i));
      if (next == null) {
        break;
      }
      node = next;
      if (idOfNode.get(node) >= 0) {
        best = new Match(start, i + 1, idOfNode.get(node));
      }
    }
    return best;
  }

  /** Checks bounds of literal ranges: even in number, ascending, inside the text. */
  static void check(String text, int[] literal) {
    int previous = 0;
    for (int bound : literal) {
      if (bound < previous || bound > text.length()) {
        throw new IllegalArgumentException("literal ranges " + Arrays.toString(literal));
      }
      previous = bound;
    }
    if (literal.length % 2 != 0) {
      throw new IllegalArgumentException("literal ranges " + Arrays.toString(literal));
    }
  }
}
