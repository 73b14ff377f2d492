package dev.ocelli.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Starts the finished jar and the launcher as a user does: without any option of the JVM. */
class StartProcessTest {
  private static final Path JAR = Path.of("target", "ocelli.jar").toAbsolutePath();
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path folder;

  /** What a process left behind. */
  record Result(int code, String out, String err) {}

  private Result run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    File out = folder.resolve("out").toFile();
    File err = folder.resolve("err").toFile();
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out)
            .redirectError(err)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    builder.environment().put("OCELLI_NO_BUILD", "1");
    builder.environment().put("OCELLI_AOT", "off");
    builder.environment().putAll(environment);
    Process process = builder.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Result(
        process.exitValue(),
        Files.readString(out.toPath(), StandardCharsets.UTF_8),
        Files.readString(err.toPath(), StandardCharsets.UTF_8));
  }

  /** The Java that runs this test and every other one on this machine, old ones too. */
  static List<String> javas() throws IOException {
    List<String> javas = new ArrayList<>();
    javas.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    Path usual = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(usual)) {
      try (Stream<Path> homes = Files.list(usual)) {
        homes
            .filter(home -> !Files.isSymbolicLink(home))
            .map(home -> home.resolve("bin/java"))
            .filter(Files::isExecutable)
            .forEach(java -> javas.add(java.toString()));
      }
    }
    return javas;
  }

  @ParameterizedTest
  @MethodSource("javas")
  void jarFindsTheRightJava(String java) throws Exception {
    Result r = run(Map.of(), java, "-jar", JAR.toString(), "--version");
    assertThat(r.err()).isEmpty();
    assertThat(r.code()).isZero();
    assertThat(r.out()).matches("ocelli 0\\.1\\.0 \\(Java (2[5-9]|[3-9]\\d), .*\\)\n");
  }

  @ParameterizedTest
  @MethodSource("javas")
  void wordsSurviveALocaleWithoutLetters(String java) throws Exception {
    Result r = run(Map.of("LC_ALL", "C"), java, "-jar", JAR.toString(), "describe", "没有 图片.png");
    assertThat(r.code()).isEqualTo(4);
    assertThat(r.err()).startsWith("ocelli: 没有 图片.png: ");
    assertThat(r.err().lines()).hasSize(1);
  }

  @Test
  void filesWithForeignNamesAreFoundInALocaleWithoutLetters() throws Exception {
    Files.copy(ROOT.resolve("examples/circle-ring-square.png"), folder.resolve("图 片.png"));
    Result r = run(Map.of("LC_ALL", "C"), ROOT.resolve("ocelli").toString(), "describe", "图 片.png");
    assertThat(r.code()).as(r.err()).isZero();
    assertThat(r.out()).isNotBlank();
    assertThat(r.err()).startsWith("图 片.png: 160x128");
  }

  @Test
  void unfitJavaIsOneReadableLine() throws Exception {
    Result r =
        run(
            Map.of("OCELLI_JAVA_HOME", folder.toString()),
            javas().getFirst(),
            "-jar",
            JAR.toString());
    assertThat(r.code()).isEqualTo(6);
    assertThat(r.err())
        .isEqualTo("ocelli: OCELLI_JAVA_HOME=" + folder + " is no JDK 25 or newer; correct it\n");
    r = run(Map.of("OCELLI_JAVA_HOME", folder.toString()), ROOT.resolve("ocelli").toString());
    assertThat(r.code()).isEqualTo(6);
    assertThat(r.err().lines()).hasSize(1);
  }

  @Test
  void launcherWorksThroughLinksAndFoldersWithSpaces() throws Exception {
    Path spaced = Files.createDirectory(folder.resolve("a folder"));
    Files.createSymbolicLink(spaced.resolve("the tree"), ROOT);
    Path link = Files.createSymbolicLink(spaced.resolve("oc"), Path.of("the tree", "ocelli"));
    Result r = run(Map.of(), link.toString(), "--version");
    assertThat(r.err()).isEmpty();
    assertThat(r.code()).isZero();
    assertThat(r.out()).startsWith("ocelli 0.1.0");
  }

  @Test
  void exitCodesComeThrough() throws Exception {
    Result r = run(Map.of(), javas().getLast(), "-jar", JAR.toString(), "run", "--nonsense");
    assertThat(r.code()).isEqualTo(2);
    assertThat(r.err()).startsWith("ocelli: unknown option '--nonsense'");
  }

  /** The JVM keeps no class of a format before that of Java 6 in its cache of loaded classes. */
  @Test
  void startCacheCanHoldEveryClass() throws Exception {
    List<String> old = new ArrayList<>();
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (JarEntry entry : Collections.list(jar.entries())) {
        if (entry.getName().endsWith(".class")) {
          try (DataInputStream in = new DataInputStream(jar.getInputStream(entry))) {
            in.skipNBytes(6);
            if (in.readUnsignedShort() < 50) {
              old.add(entry.getName());
            }
          }
        }
      }
    }
    assertThat(old).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "folder", "garbage"})
  void startCacheNeverSpeaksOrFails(String state) throws Exception {
    Path caches = folder.resolve("caches");
    Map<String, String> environment =
        Map.of("OCELLI_AOT", "on", "XDG_CACHE_HOME", caches.toString());
    String launcher = ROOT.resolve("ocelli").toString();
    if (state.equals("none")) {
      Files.createFile(caches);
    } else {
      // What another start is about to make is not made twice, so this test leaves nothing behind.
      Path own = Files.createDirectories(caches.resolve("ocelli"));
      Path cache = own.resolve(nameOfCache(launcher));
      Files.createFile(own.resolve(cache.getFileName() + ".making"));
      if (state.equals("garbage")) {
        Files.writeString(cache, "garbage");
      } else {
        Files.createDirectory(cache);
      }
    }
    Result r = run(environment, launcher, "--version");
    assertThat(r.err()).isEmpty();
    assertThat(r.code()).isZero();
    assertThat(r.out()).startsWith("ocelli 0.1.0").hasLineCount(1);
  }

  /** The file that the launcher would use, as it hands it to the program. */
  private String nameOfCache(String launcher) throws Exception {
    // A file in the place of the folder: this run cannot start to make a cache.
    Map<String, String> environment = Map.of("OCELLI_AOT", "on", "XDG_CACHE_HOME", JAR.toString());
    Result r = run(environment, "sh", "-x", launcher, "--version");
    Matcher file = Pattern.compile("-Docelli\\.aot=\\S*/(s\\d+-\\w+\\.aot)").matcher(r.err());
    assertThat(file.find()).as(r.err()).isTrue();
    return file.group(1);
  }
}
