package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Features from CPUID registers: real processors' values, and systems that keep fewer registers.
 */
class CpuContractTest {
  private static final int FMA_OSXSAVE_AVX_F16C = 1 << 12 | 1 << 27 | 1 << 28 | 1 << 29;
  private static final int AVX2 = 1 << 5;
  private static final int AVX512_F_DQ_BW_VL = 1 << 16 | 1 << 17 | 1 << 30 | 1 << 31;
  private static final int VNNI512 = 1 << 11;
  private static final int VNNI = 1 << 4;
  private static final int BF16 = 1 << 5;

  private static Cpu cpu(int ebx7, int ecx7, int eax71, int xcr0) {
    return Cpu.of(
        new int[] {0, 0, FMA_OSXSAVE_AVX_F16C, 0},
        new int[] {1, ebx7, ecx7, 0},
        new int[] {eax71, 0, 0, 0},
        xcr0);
  }

  @Test
  void levelsByFeature() {
    int all = AVX2 | AVX512_F_DQ_BW_VL;
    assertThat(cpu(all, VNNI512, BF16, 0xE7)).isEqualTo(new Cpu(true, false, true, true));
    assertThat(cpu(all, VNNI512, BF16, 0xE7).best()).isEqualTo(Level.AVX512_VNNI);
    assertThat(cpu(all, 0, 0, 0xE7).best()).isEqualTo(Level.AVX2);
    assertThat(cpu(AVX2, 0, VNNI, 7).best()).isEqualTo(Level.AVX_VNNI);
    assertThat(cpu(AVX2, 0, 0, 7).best()).isEqualTo(Level.AVX2);
    assertThat(cpu(0, 0, 0, 7).best()).isEqualTo(Level.VECTOR_API);
  }

  @Test
  void registersThatTheSystemDoesNotKeepAreNotUsed() {
    int all = AVX2 | AVX512_F_DQ_BW_VL;
    assertThat(cpu(all, VNNI512, BF16 | VNNI, 7).best()).isEqualTo(Level.AVX_VNNI);
    assertThat(cpu(all, VNNI512, BF16 | VNNI, 7).avx512Bf16()).isFalse();
    assertThat(cpu(all, VNNI512, BF16 | VNNI, 3).best()).isEqualTo(Level.VECTOR_API);
    assertThat(cpu(all & ~(1 << 30), VNNI512, 0, 0xE7).best()).isEqualTo(Level.AVX2);
  }

  @Test
  void vexDotsRunInEvexFormWhereOnlyThatExists() {
    Cpu zen4 = cpu(AVX2 | AVX512_F_DQ_BW_VL, VNNI512, BF16, 0xE7);
    assertThat(zen4.runs(Level.AVX_VNNI)).isTrue();
    assertThat(cpu(AVX2, 0, 0, 7).runs(Level.AVX_VNNI)).isFalse();
    assertThat(zen4.runs(Level.SCALAR)).isTrue();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void agreesWithTheSystem() throws Exception {
    assumeTrue(EmittedKernels.status().executableMemory());
    Set<String> flags = new HashSet<>();
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("flags")) {
        flags.addAll(Arrays.asList(line.split("\\s+")));
      }
    }
    Cpu found = Cpu.detect(SystemMemory.ofThisMachine());
    assertThat(found.avx2()).isEqualTo(flags.contains("avx2"));
    assertThat(found.avxVnni()).isEqualTo(flags.contains("avx_vnni"));
    assertThat(found.avx512Vnni()).isEqualTo(flags.contains("avx512_vnni"));
    assertThat(found.avx512Bf16()).isEqualTo(flags.contains("avx512_bf16"));
  }
}
