package dev.ocelli.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a cache's folder promises: whole entries of the right kind, the latest used ones, no more.
 */
class CacheFolderContractTest {
  private static final String IDENTITY = "ab".repeat(32);
  private static final int BYTES = 1000;
  private static final int FILE = BYTES + EntryFormat.HEADER;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir Path temp;

  static CacheFolder.Name name(int i) {
    return new CacheFolder.Name(CacheFolder.Kind.KEYS_VALUES, IDENTITY, "%064x".formatted(i));
  }

  static byte[] content(int i, int bytes) {
    byte[] b = new byte[bytes];
    new Random(i).nextBytes(b);
    return b;
  }

  static boolean write(CacheFolder folder, int i, Instant used) throws IOException {
    MemorySegment all = MemorySegment.ofArray(content(i, BYTES));
    return folder.write(name(i), List.of(all.asSlice(0, 300), all.asSlice(300)), used);
  }

  /** Whether the entry is there; if so, it must be right. */
  static boolean read(CacheFolder folder, int i) {
    MemorySegment target = MemorySegment.ofArray(new byte[BYTES]);
    boolean found =
        folder.read(name(i), BYTES, () -> List.of(target.asSlice(0, 700), target.asSlice(700)));
    if (found) {
      assertThat(target.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content(i, BYTES));
    }
    return found;
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(p -> String.valueOf(p.getFileName())).sorted().toList();
    }
  }

  @Test
  void whatWasWrittenIsReadAfterReopening() throws IOException {
    Path place = temp.resolve("a/b");
    CacheFolder folder = new CacheFolder(place, 1 << 20);
    assertThat(read(folder, 1)).isFalse();
    assertThat(write(folder, 1, START)).isTrue();
    assertThat(read(folder, 1)).isTrue();
    assertThat(read(new CacheFolder(place, 1 << 20), 1)).isTrue();
    assertThat(files(place)).containsExactly(name(1).file());
    assertThat(folder.damaged()).isZero();
  }

  @Test
  void onlyTheOwnerCanReadFiles() throws IOException {
    Path place = temp.resolve("own");
    CacheFolder folder = new CacheFolder(place, 1 << 20);
    write(folder, 1, START);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(place)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(place.resolve(name(1).file()))))
        .isEqualTo("rw-------");
  }

  @Test
  void aFolderThatEverybodyMayWriteIntoIsRefused() throws IOException {
    Path place = Files.createDirectory(temp.resolve("open"));
    Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThatThrownBy(() -> new CacheFolder(place, 1))
        .isInstanceOf(IOException.class)
        .hasMessage("everybody may write into it");
  }

  @Test
  void theLeastRecentlyUsedLeaveAlsoAfterReopening() throws IOException {
    CacheFolder folder = new CacheFolder(temp, 10 * FILE);
    for (int i = 0; i < 10; i++) {
      write(folder, i, START.plusSeconds(i));
    }
    folder.touch(name(0), START.plusSeconds(100));
    CacheFolder again = new CacheFolder(temp, 10 * FILE);
    write(again, 10, START.plusSeconds(101));
    assertThat(read(again, 0)).isTrue();
    assertThat(read(again, 1)).isFalse();
    assertThat(read(again, 10)).isTrue();
    assertThat(CacheFolder.usage(temp).bytes()).isLessThanOrEqualTo(10 * FILE);
    // A smaller limit holds as soon as something happens.
    CacheFolder small = new CacheFolder(temp, 2 * FILE);
    write(small, 11, START.plusSeconds(102));
    assertThat(files(temp)).contains(name(11).file()).hasSizeLessThanOrEqualTo(2);
  }

  @Test
  void whatIsLargerThanTheFolderIsNotWritten() throws IOException {
    CacheFolder folder = new CacheFolder(temp, FILE - 1);
    assertThat(write(folder, 1, START)).isFalse();
    assertThat(files(temp)).isEmpty();
  }

  @Test
  void foreignFilesAreLeftAlone() throws IOException {
    Path letter = Files.writeString(temp.resolve("letter.txt"), "x".repeat(5000));
    Path recent = Files.createFile(temp.resolve(name(7).file() + ".1-1.tmp"));
    Path abandoned = Files.createFile(temp.resolve(name(8).file() + ".1-1.tmp"));
    Files.setLastModifiedTime(abandoned, FileTime.from(START));
    CacheFolder folder = new CacheFolder(temp, 3 * FILE);
    for (int i = 0; i < 9; i++) {
      write(folder, i, START.plusSeconds(i));
    }
    assertThat(letter).exists();
    assertThat(recent).exists();
    assertThat(abandoned).doesNotExist();
    assertThat(CacheFolder.usage(temp).blocks()).isBetween(1, 3);
    CacheFolder.clear(temp);
    assertThat(files(temp)).containsExactly("letter.txt");
  }

  @Test
  void entriesOfOthersAreRemoved() throws IOException {
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    write(folder, 1, START);
    Path file = temp.resolve(name(1).file());
    byte[] whole = Files.readAllBytes(file);
    // Under another key, with another identity, as another kind, of another length.
    Files.write(temp.resolve(name(2).file()), whole);
    assertThat(read(folder, 2)).isFalse();
    MemorySegment target = MemorySegment.ofArray(new byte[BYTES]);
    CacheFolder.Name foreign =
        new CacheFolder.Name(CacheFolder.Kind.KEYS_VALUES, "cd".repeat(32), name(1).key());
    assertThat(folder.read(foreign, BYTES, () -> List.of(target))).isFalse();
    CacheFolder.Name picture =
        new CacheFolder.Name(CacheFolder.Kind.PICTURE, IDENTITY, name(1).key());
    Files.write(temp.resolve(picture.file()), whole);
    assertThat(folder.read(picture, BYTES, () -> List.of(target))).isFalse();
    Files.write(file, whole);
    assertThat(
            folder.read(
                name(1),
                BYTES - 1,
                () -> {
                  throw new AssertionError("no memory is needed for a file of another length");
                }))
        .isFalse();
    assertThat(files(temp)).isEmpty();
    assertThat(folder.damaged()).isEqualTo(4);
  }

  /** A folder, a link or a pipe in the place of a file must neither be followed nor waited for. */
  @Test
  void whatIsNoFileIsAbsent() throws IOException {
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    Files.createDirectory(temp.resolve(name(1).file()));
    Path elsewhere = Files.writeString(temp.resolve("elsewhere"), "x");
    Files.createSymbolicLink(temp.resolve(name(2).file()), elsewhere);
    assertThat(read(folder, 1)).isFalse();
    assertThat(read(folder, 2)).isFalse();
    assertThat(elsewhere).exists();
  }

  /** Two processes: each knows only of its own files, and finds those of the other. */
  @Test
  void twoOnOneFolderStayWithinTwiceTheirSlack() throws IOException {
    long limit = 16 * FILE;
    CacheFolder a = new CacheFolder(temp, limit);
    CacheFolder b = new CacheFolder(temp, limit);
    for (int i = 0; i < 100; i++) {
      write(i % 2 == 0 ? a : b, i, START.plusSeconds(i));
      assertThat(read(i % 2 == 0 ? b : a, i)).isTrue();
      assertThat(CacheFolder.usage(temp).bytes()).isLessThanOrEqualTo(limit + limit / 4);
    }
  }
}
