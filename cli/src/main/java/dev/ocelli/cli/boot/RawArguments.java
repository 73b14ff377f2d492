package dev.ocelli.cli.boot;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Paths;

/**
 * Gets the words of the command line back as UTF-8 where the JVM decoded them by a locale that has
 * no such letters ({@code LANG=C} turns every one of them into a question mark).
 */
final class RawArguments {
  private RawArguments() {}

  static boolean platformIsUtf8() {
    return System.getProperty("sun.jnu.encoding", "UTF-8").equalsIgnoreCase("UTF-8");
  }

  /** The arguments as they were typed, where Linux tells; else what the JVM made of them. */
  static String[] recover(String[] args) {
    if (platformIsUtf8() || args.length == 0) {
      return args;
    }
    try {
      // java, its options, "-jar" file or class, then our arguments: each ends with a NUL.
      String all =
          new String(Files.readAllBytes(Paths.get("/proc/self/cmdline")), StandardCharsets.UTF_8);
      String[] words = all.substring(0, all.length() - 1).split("\0", -1);
      if (words.length <= args.length) {
        return args;
      }
      String[] recovered = new String[args.length];
      System.arraycopy(words, words.length - args.length, recovered, 0, args.length);
      return recovered;
    } catch (IOException e) {
      return args;
    } catch (RuntimeException e) {
      return args;
    }
  }
}
