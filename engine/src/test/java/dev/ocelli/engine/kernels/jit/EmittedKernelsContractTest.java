package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.kernels.MatrixKernel;
import dev.ocelli.engine.kernels.jit.KernelFixture.Fill;
import dev.ocelli.engine.tensor.DType;
import dev.ocelli.engine.tensor.Floats;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What is found where, how failure looks, and that wrong arguments never reach machine code. */
class EmittedKernelsContractTest {
  /** Delegates, but for what a test overrides. */
  private static class Pages implements SystemMemory {
    final SystemMemory real;

    Pages() throws Unavailable {
      real = SystemMemory.ofThisMachine();
    }

    @Override
    public MemorySegment map(long bytes) throws Unavailable {
      return real.map(bytes);
    }

    @Override
    public void makeExecutable(MemorySegment pages) throws Unavailable {
      real.makeExecutable(pages);
    }

    @Override
    public boolean adviseHuge(MemorySegment pages) {
      return real.adviseHuge(pages);
    }

    @Override
    public void unmap(MemorySegment pages) {
      real.unmap(pages);
    }

    @Override
    public boolean windowsCalls() {
      return real.windowsCalls();
    }
  }

  @Test
  void statusSaysWhatIsPossible() {
    EmittedKernels.Status s = EmittedKernels.status();
    if (s.executableMemory()) {
      assertThat(s.level().isEmitted()).isTrue();
      assertThat(s.reason()).isEmpty();
      for (Level level : Level.values()) {
        boolean lower = level.isEmitted() && level.compareTo(s.level()) <= 0;
        if (level != Level.AVX_VNNI) {
          assertThat(EmittedKernels.find(DType.Q4_K, level).isPresent()).isEqualTo(lower);
        }
      }
    } else {
      assertThat(s.level()).isEqualTo(Level.VECTOR_API);
      assertThat(s.reason()).isNotEmpty().doesNotContain("\n");
    }
    assertThat(EmittedKernels.find(DType.Q8_K, s.level())).isEmpty();
    assertThat(EmittedKernels.find(DType.Q4_K, Level.SCALAR)).isEmpty();
  }

  @Test
  void withoutExecutableMemoryThereAreNoKernelsAndOneReason() throws Exception {
    EmittedKernels none =
        EmittedKernels.of(
            new Pages() {
              @Override
              public void makeExecutable(MemorySegment pages) throws Unavailable {
                throw new Unavailable("the system forbids executable memory: mprotect (errno 13)");
              }
            });
    assertThat(none.ownStatus().level()).isEqualTo(Level.VECTOR_API);
    assertThat(none.ownStatus().executableMemory()).isFalse();
    assertThat(none.ownStatus().reason())
        .isEqualTo("the system forbids executable memory: mprotect (errno 13)");
    assertThat(none.kernel(DType.Q4_K, Level.AVX2)).isEmpty();
  }

  @Test
  void systemsReasonsAreOneLine() throws Exception {
    SystemMemory real = SystemMemory.ofThisMachine();
    assertThatThrownBy(() -> real.map(1L << 60))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("1152921504606846976 bytes");
    MemorySegment odd = real.map(8192);
    assertThatThrownBy(() -> real.makeExecutable(odd.asSlice(1)))
        .isInstanceOf(Unavailable.class)
        .hasMessageContaining("forbids executable memory");
    real.unmap(odd);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void codeIsExecutableAndNotWritable() throws Exception {
    if (EmittedKernels.status().executableMemory()) {
      try (Arena arena = Arena.ofConfined()) {
        Asm a = new Asm();
        a.ret();
        Code code = Code.load(SystemMemory.ofThisMachine(), a.finish(), arena);
        assertThat(permissions(code.address())).isEqualTo("r-xp");
      }
    }
  }

  private static String permissions(long address) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      String[] f = line.split("\\s+");
      String[] ends = f[0].split("-");
      if (Long.parseUnsignedLong(ends[0], 16) <= address
          && address < Long.parseUnsignedLong(ends[1], 16)) {
        return f[1];
      }
    }
    throw new AssertionError("not mapped");
  }

  @Test
  void wrongArgumentsAreRefused() {
    for (Level level : KernelFixture.LEVELS) {
      EmittedKernels.find(DType.Q4_0, level).ifPresent(EmittedKernelsContractTest::refuses);
    }
  }

  private static void refuses(MatrixKernel k) {
    Random random = new Random(1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment w = KernelFixture.weights(arena, k.type(), 32, 64, Fill.RANDOM, random);
      Floats x = KernelFixture.activations(arena, 3, 64, random);
      MemorySegment p = KernelFixture.pack(arena, k, w, 32, 64);
      MemorySegment e = KernelFixture.encode(arena, k, x);
      Floats y = Floats.allocate(arena, 3, 32);
      List<org.assertj.core.api.ThrowableAssert.ThrowingCallable> calls =
          List.of(
              () -> k.packedBytes(16, 48),
              () -> k.packedBytes(0, 64),
              () -> k.pack(w.asSlice(1), 32, 64, 0, 2, p),
              () -> k.pack(w, 32, 64, 0, 3, p),
              () -> k.pack(w, 32, 64, 0, 2, p.asSlice(64)),
              () -> k.pack(MemorySegment.ofArray(new byte[2000]), 32, 64, 0, 2, p),
              () -> k.activations().encode(x, 0, 4, e),
              () -> k.activations().encode(x, 0, 3, e.asSlice(4)),
              () -> k.activations().bytes(33, 1),
              () -> k.multiply(p.asSlice(64), 64, 0, 32, x, e, 0, 3, y, 0),
              () -> k.multiply(p, 64, 0, 32, x, e.asSlice(4), 0, 3, y, 0),
              () -> k.multiply(p, 64, 8, 32, x, e, 0, 3, y, 0),
              () -> k.multiply(p, 64, 0, 33, x, e, 0, 3, y, 0),
              () -> k.multiply(p, 64, 0, 32, x, e, 0, 4, y, 0),
              () -> k.multiply(p, 64, 0, 32, x, e, 0, 3, y, 1),
              () -> k.multiply(p, 32, 0, 32, x, e, 0, 3, y, 0),
              () -> k.multiply(p, 64, 0, 32, x, e, 0, 3, y.reshape(2, 32), 0),
              () ->
                  k.multiply(
                      p, 64, 0, 32, x, e, 0, 3, new Floats(y.segment().asReadOnly(), 3, 32), 0),
              () -> k.multiply(p, 64, 0, 32, x, e, 0, 3, new Floats(w, 300, 32), 0));
      for (var call : calls) {
        assertThatThrownBy(call)
            .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class);
      }
      k.multiply(p, 64, 0, 0, x, e, 0, 3, y, 0);
      k.multiply(p, 64, 0, 32, x, e, 2, 2, y, 0);
      assertThat(y.toArray()).containsOnly(0f);
    }
  }

  @Test
  void notANumberStaysVisible() {
    for (Level level : KernelFixture.LEVELS) {
      for (DType type : List.of(DType.Q8_0, DType.Q6_K)) {
        EmittedKernels.find(type, level)
            .ifPresent(k -> {
              try (Arena arena = Arena.ofConfined()) {
                Random random = new Random(2);
                MemorySegment w = KernelFixture.weights(arena, type, 16, 512, Fill.RANDOM, random);
                Floats x = KernelFixture.activations(arena, 2, 512, random);
                x.set(1, 300, Float.NaN);
                Floats y = Floats.allocate(arena, 2, 16);
                k.multiply(
                    KernelFixture.pack(arena, k, w, 16, 512),
                    512,
                    0,
                    16,
                    x,
                    KernelFixture.encode(arena, k, x),
                    0,
                    2,
                    y,
                    0);
                for (int r = 0; r < 16; r++) {
                  assertThat(y.get(0, r)).isFinite();
                  assertThat(y.get(1, r)).isNaN();
                }
              }
            });
      }
    }
  }

  @Test
  void hugePagesAreZeroAlignedAndReleased() {
    Arena arena = Arena.ofConfined();
    MemorySegment large = HugePages.allocate(arena, (5 << 20) + 100);
    assertThat(large.byteSize()).isEqualTo((5 << 20) + 100);
    assertThat(large.address() % 64).isZero();
    assertThat(large.get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, (5 << 20) + 92))
        .isZero();
    large.fill((byte) 1);
    assertThat(HugePages.allocate(arena, 10).byteSize()).isEqualTo(10);
    arena.close();
    assertThat(large.scope().isAlive()).isFalse();
  }
}
