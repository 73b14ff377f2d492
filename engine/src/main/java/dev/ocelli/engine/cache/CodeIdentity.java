package dev.ocelli.engine.cache;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What tells versions of this program apart, development versions included: its class files. A
 * change of a kernel may change bits, and what an older kernel computed must not be mixed with
 * that.
 */
public final class CodeIdentity {
  private static final String OWN = "dev/ocelli/";

  private CodeIdentity() {}

  /**
   * A hash of all our classes in the jar or folder that a class came from. Of a jar it takes names,
   * sizes and the checksums in its directory, of a folder the files' contents.
   *
   * @throws IOException when they cannot be read
   */
  public static String of(Class<?> type) throws IOException {
    CodeSource source = type.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IOException("nobody knows where the program's classes came from");
    }
    Hasher hasher = Hasher.of("code");
    try {
      Path place = Path.of(source.getLocation().toURI());
      if (Files.isDirectory(place)) {
        folder(place, hasher);
      } else {
        jar(place, hasher);
      }
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException(source.getLocation() + " is no place of files", e);
    }
    return hasher.hex();
  }

  private static void jar(Path file, Hasher hasher) throws IOException {
    try (ZipFile jar = new ZipFile(file.toFile())) {
      List<? extends ZipEntry> entries =
          jar.stream()
              .filter(e -> ours(e.getName()))
              .sorted((a, b) -> a.getName().compareTo(b.getName()))
              .toList();
      for (ZipEntry e : entries) {
        hasher.text(e.getName()).number(e.getSize()).number(e.getCrc());
      }
    }
  }

  private static void folder(Path root, Hasher hasher) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted().toList()) {
        String name = root.relativize(file).toString().replace('\\', '/');
        if (ours(name)) {
          hasher.text(name).bytes(MemorySegment.ofArray(Files.readAllBytes(file)));
        }
      }
    }
  }

  private static boolean ours(String name) {
    return name.startsWith(OWN) && name.endsWith(".class");
  }
}
