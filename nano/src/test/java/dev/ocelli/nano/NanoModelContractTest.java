package dev.ocelli.nano;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class NanoModelContractTest {

  @Test
  void filesAreTheTrainedOnes() throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(sha256(NanoModel.text(arena)))
          .isEqualTo("cbd9d9b1cb352d8a8e96134630a4082e22900f65ef5ba7c1fa14da8a7fce8763");
      assertThat(sha256(NanoModel.vision(arena)))
          .isEqualTo("1d64a1573e68aa1e7aa690765e881c1ae7a06450db1a361cfb2f4352f814dcac");
    }
  }

  @Test
  void filesAreGgufInNativeMemory() {
    try (Arena arena = Arena.ofConfined()) {
      for (MemorySegment file :
          new MemorySegment[] {NanoModel.text(arena), NanoModel.vision(arena)}) {
        byte[] magic = file.asSlice(0, 4).toArray(ValueLayout.JAVA_BYTE);
        assertThat(new String(magic, StandardCharsets.US_ASCII)).isEqualTo("GGUF");
        assertThat(file.isNative()).isTrue();
        assertThat(file.address() % 64).isZero();
      }
    }
  }

  private static String sha256(MemorySegment file) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(file.toArray(ValueLayout.JAVA_BYTE)));
  }
}
