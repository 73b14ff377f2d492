package dev.ocelli.engine.kernels.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Every instruction against the bytes that GNU {@code as} writes for it. */
class AsmGoldenTest {
  @Test
  void bytesAreThoseOfGnuAs() throws Exception {
    Map<String, String> expected = new LinkedHashMap<>();
    try (InputStream in = AsmGoldenTest.class.getResourceAsStream("asm/expected.txt")) {
      String text =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      for (String line : text.lines().toList()) {
        int tab = line.indexOf('\t');
        expected.put(line.substring(tab + 1), line.substring(0, tab));
      }
    }
    Map<String, Consumer<Asm>> cases = AsmCases.all();
    assertThat(expected.keySet()).isEqualTo(cases.keySet()).hasSizeGreaterThan(1500);
    List<String> wrong = new ArrayList<>();
    cases.forEach((text, call) -> {
      Asm a = new Asm();
      call.accept(a);
      String got = HexFormat.of().formatHex(a.finish());
      if (!got.equals(expected.get(text))) {
        wrong.add(text + ": " + got + " instead of " + expected.get(text));
      }
    });
    assertThat(wrong).isEmpty();
  }

  @Test
  void labelsMustBeBoundOnce() {
    assertThatThrownBy(
            () -> {
              Asm a = new Asm();
              a.jnz(new Label());
              a.finish();
            })
        .isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(
            () -> {
              Asm a = new Asm();
              Label l = a.here();
              a.bind(l);
            })
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void instructionsWithoutWideFormRefuseWideRegisters() {
    assertThatThrownBy(() -> new Asm().vpsignb(Vec.zmm(0), Vec.zmm(1), Vec.zmm(2)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Asm().vphaddd(Vec.ymm(20), Vec.ymm(1), Vec.ymm(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void equalConstantsAreStoredOnce() {
    Asm a = new Asm();
    a.vmovups(Vec.ymm(0), a.constant(new byte[32]));
    a.vmovups(Vec.ymm(1), a.constant(new byte[32]));
    assertThat(a.finish()).hasSize(64 + 32);
  }
}
