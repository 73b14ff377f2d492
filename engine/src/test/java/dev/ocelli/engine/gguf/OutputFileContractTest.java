package dev.ocelli.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.tensor.DType;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files appear whole or not at all, and nothing is overwritten by accident. */
class OutputFileContractTest {
  @TempDir Path folder;

  @Test
  void nothingIsThereBeforeEverythingIs() throws IOException {
    Path file = folder.resolve("x.bin");
    OutputFile.of(file, false, List.of())
        .write(out -> {
          out.write(1);
          assertThat(file).doesNotExist();
          assertThat(names()).singleElement().asString().startsWith(".x.bin-").endsWith(".part");
        });
    assertThat(file).hasBinaryContent(new byte[] {1});
    assertThat(names()).containsExactly("x.bin");
  }

  @Test
  void whatIsThereIsReplacedOnlyByForce() throws IOException {
    Path file = Files.writeString(folder.resolve("x.bin"), "old");
    refused(() -> OutputFile.of(file, false, List.of()), Kind.USAGE, "give --force to replace it");
    OutputFile.of(file, true, List.of()).write(out -> out.write('n'));
    assertThat(file).hasContent("n");

    Path late = folder.resolve("late");
    OutputFile target = OutputFile.of(late, false, List.of());
    refused(() -> target.write(out -> Files.writeString(late, "meanwhile")), Kind.USAGE, "--force");
    assertThat(late).hasContent("meanwhile");
    assertThat(names()).containsExactlyInAnyOrder("x.bin", "late");
  }

  @Test
  void inputsAreNeverWritten() throws IOException {
    Path in = Files.writeString(folder.resolve("in.gguf"), "in");
    Path link = Files.createSymbolicLink(folder.resolve("link.gguf"), in);
    for (Path out : List.of(in, link, folder.resolve("./in.gguf"))) {
      refused(() -> OutputFile.of(out, true, List.of(in)), Kind.USAGE, "written and read at once");
    }
  }

  @Test
  void placesThatHoldNoFileAreNamed() {
    refused(() -> OutputFile.of(folder, true, List.of()), Kind.USAGE, "this is a folder");
    refused(() -> OutputFile.of(folder.resolve("no/x"), true, List.of()), Kind.USAGE, "no folder");
  }

  @Test
  void moreThanTheDiskHoldsIsRefusedFirst() {
    OutputFile out = OutputFile.of(folder.resolve("x"), false, List.of());
    refused(() -> out.requireRoom(Long.MAX_VALUE), Kind.RESOURCE, "bytes, but the disk has");
    GgufWriter huge =
        new GgufWriter()
            .tensor(
                "t",
                DType.F32,
                new long[] {1L << 57},
                body -> {
                  throw new AssertionError("nothing is written");
                });
    refused(() -> huge.write(out), Kind.RESOURCE, "bytes, but the disk has");
    assertThat(names()).isEmpty();
  }

  @Test
  void theSizeIsKnownBeforehand() throws IOException {
    GgufWriter w =
        new GgufWriter()
            .put("general.alignment", 64)
            .put("list", GgufArray.ofStrings(List.of("a", "bcd")))
            .tensor("t", DType.Q8_0, new long[] {3, 32}, body -> body.write(new byte[102]));
    Path file = folder.resolve("x.gguf");
    w.write(file);
    assertThat(Files.size(file)).isEqualTo(w.bytes());
  }

  /** A part that no process holds is what a killed one left. */
  @Test
  void leftoversOfKilledProcessesAreDeleted() throws IOException {
    Path dead = folder.resolve(".x-" + UUID.randomUUID() + ".part");
    Path living = folder.resolve(".x-" + UUID.randomUUID() + ".part");
    Path other = folder.resolve(".y-" + UUID.randomUUID() + ".part");
    Path similar = folder.resolve(".x-notes.part");
    for (Path p : List.of(dead, living, other, similar)) {
      Files.writeString(p, "half");
    }
    try (FileChannel c = FileChannel.open(living, StandardOpenOption.WRITE)) {
      c.lock();
      OutputFile.replacing(folder.resolve("x")).write(out -> out.write(1));
    }
    assertThat(dead).doesNotExist();
    assertThat(List.of(living, other, similar)).allMatch(Files::exists);
  }

  private List<String> names() {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> p.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void refused(ThrowingCallable call, Kind kind, String message) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(OcelliException.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }
}
