package dev.ocelli.engine.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.engine.testing.Mutations;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damaged files are never taken for whole ones, and do not stay. */
class CacheFolderFuzzTest {
  private static final int BYTES = 200;
  private static final int ROUNDS = 3000;

  @TempDir Path temp;

  @Test
  void everyFlippedBitIsNoticed() throws IOException {
    byte[] whole = file();
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    for (int bit = 0; bit < 8 * whole.length; bit++) {
      byte[] damaged = whole.clone();
      damaged[bit / 8] ^= (byte) (1 << bit % 8);
      assertRefused(folder, damaged, "bit " + bit);
    }
  }

  @Test
  void everyTruncationIsNoticed() throws IOException {
    byte[] whole = file();
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    for (int length = 0; length < whole.length; length++) {
      assertRefused(folder, Arrays.copyOf(whole, length), "length " + length);
    }
    assertRefused(folder, Arrays.copyOf(whole, whole.length + 1), "longer");
  }

  @Test
  void mutationsAreNoticed() throws IOException {
    byte[] whole = file();
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    Random random = new Random(7);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] damaged = Mutations.damage(whole, whole.length, random);
      if (!Arrays.equals(damaged, whole)) {
        assertRefused(folder, damaged, "round " + round);
      }
    }
  }

  private byte[] file() throws IOException {
    CacheFolder folder = new CacheFolder(temp, 1 << 20);
    byte[] content = CacheFolderContractTest.content(1, BYTES);
    folder.write(
        CacheFolderContractTest.name(1), List.of(MemorySegment.ofArray(content)), Instant.now());
    MemorySegment target = MemorySegment.ofArray(new byte[BYTES]);
    assertThat(folder.read(CacheFolderContractTest.name(1), BYTES, () -> List.of(target))).isTrue();
    assertThat(target.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(content);
    return Files.readAllBytes(temp.resolve(CacheFolderContractTest.name(1).file()));
  }

  private void assertRefused(CacheFolder folder, byte[] damaged, String how) throws IOException {
    Path file = temp.resolve(CacheFolderContractTest.name(1).file());
    Files.write(file, damaged);
    MemorySegment target = MemorySegment.ofArray(new byte[BYTES]);
    assertThat(folder.read(CacheFolderContractTest.name(1), BYTES, () -> List.of(target)))
        .as(how)
        .isFalse();
    assertThat(Files.exists(file)).as(how).isFalse();
  }
}
