package dev.ocelli.cli.boot;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * The cache of loaded and linked classes (JEP 514) that makes later starts faster.
 *
 * <p>The first run leaves a process behind that rehearses a run and writes the cache into the
 * user's cache folder. Nothing here may ever fail a run, delay it or print: a cache that cannot be
 * written is not written, and one that does not fit is passed over by the JVM.
 *
 * <p>A cache is named {@code PLACE-BUILD.aot}: the place stands for jar, JDK and options, the build
 * for what lies there now. Whoever has made a cache removes those of other builds of its place,
 * which can never be used again, and of other places those that nobody has used for long. Any
 * number of processes may do so at once, and a cache that one of them runs on may go: its memory
 * stays where it is, and a JVM that comes too late starts without.
 */
final class StartCache {
  /** {@code off} switches the cache off. */
  private static final String SWITCH = "OCELLI_AOT";

  /** The cache file that this run would use, set by whoever started this JVM. */
  private static final String FILE = "ocelli.aot";

  /** A rehearsal that left no cache after so long is tried again. */
  private static final long RETRY_MILLIS = TimeUnit.DAYS.toMillis(1);

  /** Caches of several places that are kept, that just made among them. */
  static final int KEPT = 4;

  /** Caches that were not used for so long are removed. */
  static final long UNUSED_MILLIS = TimeUnit.DAYS.toMillis(30);

  /** The time of a cache's last use is written down once in so long. */
  private static final long USE_MILLIS = TimeUnit.DAYS.toMillis(1);

  private static final String SUFFIX = ".aot";

  private static final int REHEARSAL_MINUTES = 5;

  private StartCache() {}

  static boolean off() {
    String value = System.getenv(SWITCH);
    return value != null && (value.equalsIgnoreCase("off") || value.equals("0"));
  }

  /** Options that a JVM of that JDK uses the cache with, or learns where it belongs. */
  static List<String> options(File java, String classPath) {
    List<String> options = new ArrayList<String>();
    File folder = folder();
    if (off() || folder == null) {
      return options;
    }
    File file = new File(folder, key(java, classPath) + SUFFIX);
    options.add("-D" + FILE + "=" + file);
    if (file.isFile()) {
      options.add("-XX:AOTCache=" + file);
      // A cache that does not fit is no news; without this the JVM reports it on standard output.
      options.add("-Xlog:disable");
    }
    return options;
  }

  /** The user's folder for caches, or null when there is none. */
  private static File folder() {
    String home = System.getProperty("user.home", "");
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String xdg = System.getenv("XDG_CACHE_HOME");
    String local = System.getenv("LOCALAPPDATA");
    if (xdg != null && new File(xdg).isAbsolute()) {
      return new File(xdg, "ocelli");
    } else if (os.startsWith("windows")) {
      return local == null || local.isEmpty() ? null : new File(local, "ocelli\\cache");
    } else if (home.isEmpty() || !new File(home).isAbsolute()) {
      return null;
    }
    return new File(home, os.startsWith("mac") ? "Library/Caches/ocelli" : ".cache/ocelli");
  }

  /** The place: jar, JDK, options; and the build of the jar that lies there. */
  private static String key(File java, String classPath) {
    File jar = new File(classPath);
    CRC32 crc = new CRC32();
    String options = String.valueOf(System.getenv("OCELLI_JAVA_OPTS"));
    crc.update((java + "\n" + classPath + "\n" + options).getBytes(StandardCharsets.UTF_8));
    try {
      File home = java.getParentFile().getParentFile();
      crc.update(Files.readAllBytes(new File(home, "release").toPath()));
    } catch (IOException e) {
      // Without its release file a JDK is known by its path alone; the JVM checks the rest.
      crc.update(0);
    }
    return String.format(
        Locale.ROOT, "j%08x-%x-%x", crc.getValue(), jar.length(), jar.lastModified());
  }

  /** Leaves a rehearsal behind when this run ends and there is no cache yet. */
  static void makeAtExit() {
    final String name = System.getProperty(FILE, "");
    if (name.isEmpty() || off()) {
      return;
    }
    final File file = new File(name);
    final long build = jar().lastModified();
    long made = file.isFile() ? file.lastModified() : 0;
    if (made > 0 && made >= build) {
      long now = System.currentTimeMillis();
      if (made < now - USE_MILLIS) {
        file.setLastModified(now);
      }
      return;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                new Runnable() {
                  @Override
                  public void run() {
                    leaveBehind(file, build);
                  }
                }));
  }

  private static File jar() {
    return new File(System.getProperty("java.class.path", ""));
  }

  private static File lock(File file) {
    return new File(file.getPath() + ".making");
  }

  private static void leaveBehind(File file, long build) {
    try {
      File folder = file.getParentFile();
      File lock = lock(file);
      // A jar that was replaced while it ran gets its cache from its own first run.
      if (!jar().isFile()
          || jar().lastModified() != build
          || !folder.isDirectory() && !folder.mkdirs()) {
        return;
      }
      if (lock.lastModified() < System.currentTimeMillis() - RETRY_MILLIS) {
        lock.delete();
      }
      // One of several runs that end at once makes the cache.
      if (lock.createNewFile()) {
        start(java("-Docelli.boot=cache", "-D" + FILE + "=" + file));
      }
    } catch (IOException e) {
      return; // the folder is read-only or full: the next run will be as this one
    } catch (RuntimeException e) {
      return;
    }
  }

  /** A command that runs {@link Bootstrap} of this jar in this JDK with our and more options. */
  private static List<String> java(String... options) throws IOException {
    List<String> command = new ArrayList<String>();
    File nice = new File("/usr/bin/nice");
    if (nice.canExecute()) {
      command.add(nice.getPath());
    }
    File bin = new File(System.getProperty("java.home"), "bin");
    File windows = new File(bin, "java.exe");
    command.add((windows.isFile() ? windows : new File(bin, "java")).getPath());
    command.addAll(JvmArguments.read());
    String more = System.getenv("OCELLI_JAVA_OPTS");
    if (more != null && !more.trim().isEmpty()) {
      command.addAll(Arrays.asList(more.trim().split("\\s+")));
    }
    command.addAll(Arrays.asList(options));
    command.add("-cp");
    command.add(jar().getPath());
    command.add(Bootstrap.class.getName());
    return command;
  }

  private static Process start(List<String> command) throws IOException {
    File nothing = new File(File.separatorChar == '\\' ? "NUL" : "/dev/null");
    return new ProcessBuilder(command)
        .redirectInput(nothing)
        .redirectOutput(ProcessBuilder.Redirect.to(nothing))
        .redirectError(ProcessBuilder.Redirect.to(nothing))
        .start();
  }

  /** The process that was left behind: has the cache made and puts it into its place. */
  static void make() throws IOException, InterruptedException {
    File file = new File(System.getProperty(FILE));
    Path made = new File(file.getPath() + ".new").toPath();
    long build = jar().lastModified();
    Process rehearsal = start(java("-Docelli.boot=rehearsal", "-XX:AOTCacheOutput=" + made));
    if (!rehearsal.waitFor(REHEARSAL_MINUTES, TimeUnit.MINUTES)) {
      rehearsal.destroyForcibly();
    } else if (rehearsal.exitValue() == 0
        && Files.isRegularFile(made)
        && jar().lastModified() == build) {
      Files.move(made, file.toPath(), StandardCopyOption.ATOMIC_MOVE);
      lock(file).delete();
      forgetOthers(file);
    }
    Files.deleteIfExists(made);
    Files.deleteIfExists(new File(made + ".config").toPath());
  }

  /** Removes what the cache that was just made replaces, and what nobody uses. */
  static void forgetOthers(File made) {
    File[] all = made.getParentFile().listFiles();
    if (all == null) {
      return;
    }
    long now = System.currentTimeMillis();
    String place = place(made);
    List<Use> others = new ArrayList<Use>();
    for (File file : all) {
      Use use = new Use(file);
      if (!file.getName().contains(SUFFIX) || file.equals(made)) {
        continue; // somebody else's, or the one that counts
      } else if (!file.getName().endsWith(SUFFIX)) {
        // Locks and half-made caches; one so old has no maker any more.
        if (use.time < now - RETRY_MILLIS) {
          file.delete();
        }
      } else if (place(file).equals(place) || use.time < now - UNUSED_MILLIS) {
        file.delete();
      } else {
        others.add(use);
      }
    }
    Collections.sort(others);
    for (int i = KEPT - 1; i < others.size(); i++) {
      others.get(i).file.delete();
    }
  }

  private static String place(File cache) {
    String name = cache.getName();
    int end = name.indexOf('-');
    return end < 0 ? name : name.substring(0, end);
  }

  /** When a cache was used last, read once: others may use and remove it meanwhile. */
  private static final class Use implements Comparable<Use> {
    final File file;
    final long time;

    Use(File file) {
      this.file = file;
      this.time = file.lastModified();
    }

    /** The latest first. */
    @Override
    public int compareTo(Use other) {
      return Long.compare(other.time, time);
    }
  }
}
