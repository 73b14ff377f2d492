package dev.ocelli.engine.kernels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Tensor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Weights of a mapped file are packed in parts, by any number of threads, and then forgotten. */
class WeightLoaderContractTest {
  private static final int COLUMNS = 2048;

  /** Two tasks of 1 MB, and what the system maps around a page that is read. */
  private static final long MOST_MAPPED = 4 << 20;

  @TempDir Path folder;

  /** A tensor that begins within a page of a mapped file. */
  private Tensor mapped(DType type, int rows, Arena arena) throws IOException {
    MemorySegment data = RandomWeights.of(type, rows, COLUMNS, rows, arena);
    Path file = folder.resolve("weights");
    try (FileChannel to =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING)) {
      to.write(data.asByteBuffer(), 96);
      MemorySegment all = to.map(FileChannel.MapMode.READ_ONLY, 0, to.size(), arena);
      return new Tensor("w", type, new long[] {rows, COLUMNS}, all.asSlice(96), "weights");
    }
  }

  private static byte[] pack(Tensor tensor, Workers workers) {
    try (Arena arena = Arena.ofShared()) {
      KernelSet kernels = KernelSet.best(Activations.QUANTIZED);
      Matrix m = new WeightLoader(kernels, workers, arena).matrix(tensor);
      return m.weights().toArray(ValueLayout.JAVA_BYTE);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"Q4_K", "Q6_K", "Q8_0", "F16", "F32"})
  void bytesDependOnNeitherThreadsNorMapping(DType type) throws IOException {
    int rows = 1507;
    try (Arena arena = Arena.ofShared();
        Workers team = new WorkerTeam(3)) {
      Tensor tensor = mapped(type, rows, arena);
      byte[] source = tensor.data().toArray(ValueLayout.JAVA_BYTE);
      MemorySegment copy =
          arena.allocate(source.length, 64).copyFrom(MemorySegment.ofArray(source));
      Tensor unmapped = new Tensor("w", type, tensor.shape(), copy, "memory");
      byte[] expected = pack(unmapped, Workers.single());
      assertThat(pack(tensor, Workers.single())).isEqualTo(expected);
      assertThat(pack(tensor, team)).isEqualTo(expected);
      // What was dropped comes back.
      assertThat(tensor.data().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(source);
      assertThat(copy.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(source);
    }
  }

  @Test
  void littleOfTheFileIsInMemoryAtATime() throws IOException {
    try (Arena arena = Arena.ofShared();
        Workers team = new WorkerTeam(2)) {
      Tensor tensor = mapped(DType.F16, 8192, arena);
      assertThat(tensor.data().byteSize()).isEqualTo(32 << 20);
      AtomicLong most = new AtomicLong();
      pack(
          tensor,
          tapped(team, () -> most.accumulateAndGet(residentBytes(tensor.data()), Math::max)));
      assertThat(most.get()).isLessThan(MOST_MAPPED);
      assertThat(residentBytes(tensor.data())).isLessThan(256 << 10);
    }
  }

  @Test
  void failureInTheMiddleIsThrownAndTheTeamWorksOn() throws IOException {
    try (Arena arena = Arena.ofShared();
        Workers team = new WorkerTeam(2)) {
      Tensor tensor = mapped(DType.Q8_0, 4096, arena);
      byte[] expected = pack(tensor, team);
      AtomicInteger tasks = new AtomicInteger();
      Workers failing =
          tapped(
              team,
              () -> {
                if (tasks.incrementAndGet() == 3) {
                  throw new IllegalStateException("a broken disk");
                }
              });
      assertThatThrownBy(() -> pack(tensor, failing))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a broken disk");
      assertThat(pack(tensor, team)).isEqualTo(expected);
    }
  }

  /** A team that does something after each task. */
  private static Workers tapped(Workers team, Runnable after) {
    return new Workers() {
      @Override
      public int threads() {
        return team.threads();
      }

      @Override
      public void run(int count, Task task) {
        team.run(
            count,
            (index, worker) -> {
              task.run(index, worker);
              after.run();
            });
      }

      @Override
      public void close() {}
    };
  }

  /** Bytes of a mapping that are in this process's memory, where the system tells; else 0. */
  private static long residentBytes(MemorySegment mapped) {
    Path maps = Path.of("/proc/self/smaps");
    if (!Files.isReadable(maps)) {
      return 0;
    }
    try {
      boolean here = false;
      for (String line : Files.readAllLines(maps)) {
        if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
          String[] range = line.substring(0, line.indexOf(' ')).split("-", 2);
          here =
              Long.parseUnsignedLong(range[0], 16) <= mapped.address()
                  && mapped.address() < Long.parseUnsignedLong(range[1], 16);
        } else if (here && line.startsWith("Rss:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) << 10;
        }
      }
      return 0;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
