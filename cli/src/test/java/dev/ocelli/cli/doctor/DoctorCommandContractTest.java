package dev.ocelli.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ocelli.cli.CliHarness;
import dev.ocelli.cli.console.ExitCode;
import dev.ocelli.cli.doctor.Finding.Verdict;
import dev.ocelli.engine.kernels.jit.EmittedKernels;
import dev.ocelli.engine.kernels.jit.Level;
import dev.ocelli.engine.selftest.KernelCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code doctor}: each line has a verdict, and a remedy where something can be bettered. */
class DoctorCommandContractTest {
  @TempDir Path root;

  @Test
  void looksAtEverything() {
    CliHarness.Result r = CliHarness.real().run("doctor", "-m", "nano", "--json");
    assertThat(r.code()).isEqualTo(ExitCode.OK);
    for (String topic :
        List.of(
            "java",
            "flags",
            "level",
            "memory",
            "huge pages",
            "threads",
            "gpu",
            "kernels",
            "rates",
            "start cache",
            "cache",
            "port",
            "model")) {
      assertThat(r.out()).contains("{\"topic\":\"" + topic + "\",\"verdict\":\"");
    }
    assertThat(r.out()).contains("kernels agree with plain loops").doesNotContain("\"bad\"");
  }

  @Test
  void aModelThatCannotBeUsedIsBad() {
    CliHarness.Result r =
        CliHarness.real()
            .run(
                "doctor",
                "-m",
                root.resolve("none.gguf").toString(),
                "--cache-dir",
                root.toString());
    assertThat(r.code()).isEqualTo(ExitCode.FAILED_CHECK);
    assertThat(r.out()).contains("bad   model", "none.gguf").contains("0 blocks and 0 pictures");
  }

  @Test
  void levelsSayWhatIsMissing() throws IOException {
    put("proc/cpuinfo", "processor : 0\nflags : fma avx2 f16c avx512f avx512vl\n");
    Finding f =
        new MachineChecks(root).level(new EmittedKernels.Status(Level.AVX2, true, false, ""));
    assertThat(f.verdict()).isEqualTo(Verdict.WARN);
    assertThat(f.what()).contains("avx512bw, avx512dq, avx512_vnni").doesNotContain("avx512vl");
    assertThat(
            new MachineChecks(root)
                .level(new EmittedKernels.Status(Level.VECTOR_API, false, false, "no pages"))
                .what())
        .contains("no pages");
  }

  @Test
  void quotasPagesAndDevicesAreSeen() throws IOException {
    put("sys/fs/cgroup/cpu.max", "150000 100000\n");
    put("proc/cpuinfo", "processor : 0\nprocessor : 1\nprocessor : 2\n");
    put("sys/kernel/mm/transparent_hugepage/enabled", "always madvise [never]\n");
    put("proc/driver/nvidia/version", "NVRM version: 1.2.3\n");
    put("dev/nvidia0", "");
    MachineChecks checks = new MachineChecks(root);
    Finding threads = checks.threads(2, 2);
    assertThat(threads.verdict()).isEqualTo(Verdict.WARN);
    assertThat(threads.what()).contains("of 3 in the machine", "quota of 1.5 processors");
    assertThat(checks.hugePages().remedy()).contains("madvise");
    assertThat(checks.gpu().what()).contains("NVIDIA device", "1.2.3", "not used");
  }

  @Test
  void wrongKernelsAreBad() {
    Finding f =
        DoctorCommand.kernels(
            List.of(
                new KernelCheck.Result("Q4_K/x", 0.5, 0.03),
                new KernelCheck.Result("F32/x", Double.POSITIVE_INFINITY, 1e-4),
                new KernelCheck.Result("F16/x", 1e-6, 1e-4)));
    assertThat(f.verdict()).isEqualTo(Verdict.BAD);
    assertThat(f.what()).contains("Q4_K/x (error 0.5", "F32/x").doesNotContain("F16/x");
  }

  private void put(String file, String content) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, content);
  }
}
