package dev.ocelli.cli.boot;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds a JDK that is new enough by the {@code release} files of the usual folders; nothing is
 * executed. The script {@code jdk.sh} of the launcher looks in the same places.
 */
final class Jdks {
  /** The oldest Java that can run the program. */
  static final int NEEDED = 25;

  private Jdks() {}

  /** A JDK and its feature version. */
  static final class Found {
    private final File home;
    private final int feature;

    Found(File home, int feature) {
      this.home = home;
      this.feature = feature;
    }

    File java() {
      File windows = new File(home, "bin\\java.exe");
      return windows.isFile() ? windows : new File(new File(home, "bin"), "java");
    }

    int feature() {
      return feature;
    }
  }

  /** The feature version of the JVM that runs this: 8, 11, 17, 25. */
  static int specification() {
    return feature(System.getProperty("java.specification.version", "0"));
  }

  /**
   * An explicit choice ({@code OCELLI_JAVA_HOME}) is the only one looked at; else the running JVM,
   * {@code JAVA_HOME}, then the newest of the usual folders. Null when none is new enough.
   */
  static Found find() {
    String chosen = System.getenv("OCELLI_JAVA_HOME");
    if (chosen != null && !chosen.isEmpty()) {
      return look(new File(chosen));
    }
    List<File> first = new ArrayList<File>();
    add(first, System.getProperty("java.home"));
    add(first, System.getenv("JAVA_HOME"));
    for (File home : first) {
      Found found = look(home);
      if (found != null) {
        return found;
      }
    }
    Found newest = null;
    for (File home : usual()) {
      Found found = look(home);
      if (found != null && (newest == null || found.feature() > newest.feature())) {
        newest = found;
      }
    }
    return newest;
  }

  /** The JDK in that folder when it is new enough and complete, else null. */
  static Found look(File home) {
    int feature = releaseOf(new File(home, "release"));
    Found found = new Found(home, feature);
    return feature >= NEEDED && found.java().isFile() ? found : null;
  }

  /**
   * The feature version that a {@code release} file states, or 0 when there is none and when its
   * module list lacks the Vector API (a cut-down runtime).
   */
  static int releaseOf(File release) {
    if (!release.isFile()) {
      return 0;
    }
    try {
      BufferedReader reader =
          new BufferedReader(
              new InputStreamReader(
                  Files.newInputStream(release.toPath()), StandardCharsets.UTF_8));
      int feature = 0;
      boolean complete = true;
      try {
        for (String line = reader.readLine(); line != null; line = reader.readLine()) {
          if (line.startsWith("JAVA_VERSION=")) {
            feature = feature(line.substring("JAVA_VERSION=".length()).replace("\"", "").trim());
          } else if (line.startsWith("MODULES=")) {
            complete = line.contains(VectorModule.NAME);
          }
        }
      } finally {
        reader.close();
      }
      return complete ? feature : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** The feature version of {@code 1.8.0_402}, {@code 17.0.15}, {@code 26-ea}: 8, 17, 26. */
  static int feature(String version) {
    String v = version.startsWith("1.") ? version.substring(2) : version;
    int end = 0;
    while (end < v.length() && end < 6 && Character.isDigit(v.charAt(end))) {
      end++;
    }
    return end == 0 ? 0 : Integer.parseInt(v.substring(0, end));
  }

  private static List<File> usual() {
    List<File> homes = new ArrayList<File>();
    String path = System.getenv("PATH");
    if (path != null) {
      for (String dir : path.split(File.pathSeparator)) {
        addHomeOf(homes, new File(dir, "java"));
        addHomeOf(homes, new File(dir, "java.exe"));
      }
    }
    String user = System.getProperty("user.home", "");
    String[] parents = {
      "/usr/lib/jvm",
      "/usr/lib64/jvm",
      "/usr/java",
      "/usr/local/java",
      "/usr/local",
      "/opt",
      "/opt/java",
      "/Library/Java/JavaVirtualMachines",
      "/opt/homebrew/opt",
      "/usr/local/opt",
      user + "/.sdkman/candidates/java",
      user + "/.jdks",
      user + "/.local/share/mise/installs/java",
      user + "/.asdf/installs/java",
      user + "/Library/Java/JavaVirtualMachines",
      "C:\\Program Files\\Java",
      "C:\\Program Files\\Eclipse Adoptium",
      "C:\\Program Files\\Microsoft",
      "C:\\Program Files\\Zulu",
      "C:\\Program Files\\Amazon Corretto"
    };
    for (String parent : parents) {
      File[] children = new File(parent).listFiles();
      if (children == null) {
        continue;
      }
      for (File child : children) {
        homes.add(child);
        homes.add(new File(child, "Contents/Home"));
        homes.add(new File(child, "libexec/openjdk.jdk/Contents/Home"));
      }
    }
    return homes;
  }

  private static void addHomeOf(List<File> homes, File java) {
    try {
      if (java.isFile()) {
        File bin = java.getCanonicalFile().getParentFile();
        if (bin != null && bin.getParentFile() != null) {
          homes.add(bin.getParentFile());
        }
      }
    } catch (IOException e) {
      // A folder of PATH that cannot be read holds no Java for us.
      return;
    }
  }

  private static void add(List<File> homes, String home) {
    if (home != null && !home.isEmpty()) {
      homes.add(new File(home));
    }
  }
}
