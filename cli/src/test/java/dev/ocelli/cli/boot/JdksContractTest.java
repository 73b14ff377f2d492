package dev.ocelli.cli.boot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JdksContractTest {
  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({
    "1.8.0_402,8",
    "17.0.15,17",
    "25,25",
    "26-ea,26",
    "'',0",
    "next,0",
    "99999999999,999999"
  })
  void versionsAreReadAsFeatureNumbers(String version, int feature) {
    assertThat(Jdks.feature(version)).isEqualTo(feature);
  }

  @Test
  void newJdksAreTakenAndOldOnesAreNot() throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(home.resolve("bin/java"));
    release("JAVA_VERSION=\"25.0.3\"\nMODULES=\"java.base jdk.incubator.vector\"\n");
    Jdks.Found found = Jdks.look(home.toFile());
    assertThat(found.feature()).isEqualTo(25);
    assertThat(found.java()).isEqualTo(new File(home.toFile(), "bin/java"));
    release("JAVA_VERSION=\"24.0.1\"\n");
    assertThat(Jdks.look(home.toFile())).isNull();
    release("JAVA_VERSION=\"27\"\n");
    assertThat(Jdks.look(home.toFile()).feature()).isEqualTo(27);
  }

  @Test
  void runtimesWithoutTheVectorApiAreNotTaken() throws IOException {
    Files.createDirectories(home.resolve("bin"));
    Files.createFile(home.resolve("bin/java"));
    release("JAVA_VERSION=\"25.0.3\"\nMODULES=\"java.base java.desktop\"\n");
    assertThat(Jdks.look(home.toFile())).isNull();
  }

  @Test
  void foldersWithoutAReleaseFileAreNoJdk() {
    assertThat(Jdks.look(home.toFile())).isNull();
  }

  @Test
  void optionsOfTheVirtualMachineAreRead() throws IOException {
    assertThat(JvmArguments.read())
        .contains("-Dfile.encoding=UTF-8", "-XX:+UseSerialGC", "-Docelli.boot=ready")
        .noneMatch(option -> option.startsWith("#") || option.isBlank());
  }

  private void release(String text) throws IOException {
    Files.writeString(home.resolve("release"), text);
  }
}
