import static java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import static java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import static java.lang.classfile.ClassFile.JAVA_8_VERSION;
import static java.lang.classfile.ClassFile.StackMapsOption;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Gives the classes of a jar that are older than Java 6 the format of Java 8, which differs in that
 * each method tells the verifier its types: {@code java RenewClasses.java JAR}.
 *
 * <p>The JVM keeps no class of the older format in a cache of loaded classes (JEP 514), and picocli
 * is made for Java 5. What the methods do is left as it is.
 */
final class RenewClasses {
  private static final int JAVA_6_VERSION = 50;

  /** Where a class file says its major version. */
  private static final int MAJOR = 6;

  private RenewClasses() {}

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    try (URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        FileSystem files = FileSystems.newFileSystem(jar)) {
      ClassFile format =
          ClassFile.of(
              ConstantPoolSharingOption.NEW_POOL,
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(
                  ClassHierarchyResolver.ofResourceParsing(classes)
                      .orElse(ClassHierarchyResolver.defaultResolver())));
      List<Path> all;
      try (Stream<Path> walk = Files.walk(files.getPath("/"))) {
        all = walk.filter(f -> f.toString().endsWith(".class")).toList();
      }
      for (Path file : all) {
        byte[] old = Files.readAllBytes(file);
        if (((old[MAJOR] & 0xFF) << 8 | old[MAJOR + 1] & 0xFF) < JAVA_6_VERSION) {
          Files.write(file, renewed(format, format.parse(old)));
        }
      }
    }
  }

  private static byte[] renewed(ClassFile format, ClassModel old) {
    ClassTransform version =
        ClassTransform.dropping(e -> e instanceof ClassFileVersion)
            .andThen(ClassTransform.endHandler(c -> c.withVersion(JAVA_8_VERSION, 0)));
    byte[] renewed =
        format.transformClass(
            old, ClassTransform.transformingMethodBodies(CodeTransform.ACCEPT_ALL).andThen(version));
    List<VerifyError> errors = format.verify(renewed);
    if (!errors.isEmpty()) {
      throw errors.getFirst();
    }
    return renewed;
  }
}
