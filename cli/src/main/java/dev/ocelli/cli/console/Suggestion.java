package dev.ocelli.cli.console;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Guesses what somebody meant to type. */
public final class Suggestion {
  private Suggestion() {}

  /** The nearest of the known words, or null when none is near enough to help. */
  public static @Nullable String nearest(String typed, Collection<String> known) {
    String wanted = bare(typed);
    String best = null;
    int least = Integer.MAX_VALUE;
    for (String candidate : known) {
      int d = distance(wanted, bare(candidate));
      if (d < least) {
        best = candidate;
        least = d;
      }
    }
    // A third of the letters may be wrong, or the word may just have been cut short.
    return best != null && (least <= Math.max(1, wanted.length() / 3)) ? best : null;
  }

  private static String bare(String word) {
    String w = word.toLowerCase(Locale.ROOT).replace('_', '-');
    int value = w.indexOf('=');
    w = value > 0 ? w.substring(0, value) : w;
    return w.startsWith("--") ? w.substring(2) : w.startsWith("-") ? w.substring(1) : w;
  }

  /** Fewest insertions, deletions, replacements and exchanges of neighbours. */
  static int distance(String a, String b) {
    int[][] d = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int replace = d[i - 1][j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        int least = Math.min(replace, 1 + Math.min(d[i - 1][j], d[i][j - 1]));
        boolean exchanged =
            i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1);
        d[i][j] = exchanged ? Math.min(least, d[i - 2][j - 2] + 1) : least;
      }
    }
    return d[a.length()][b.length()];
  }
}
