package dev.ocelli.engine.cache;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Plain SHA-256 as other programs compute it, in hexadecimal. */
public final class Sha256 {
  private static final int PIECE = 1 << 20;

  private Sha256() {}

  /** Of memory of any size. */
  public static String of(MemorySegment memory) {
    MessageDigest digest = digest();
    byte[] piece = new byte[(int) Math.min(PIECE, memory.byteSize())];
    for (long from = 0; from < memory.byteSize(); from += PIECE) {
      int count = (int) Math.min(PIECE, memory.byteSize() - from);
      MemorySegment.copy(memory, from, MemorySegment.ofArray(piece), 0, count);
      digest.update(piece, 0, count);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  /** Of bytes. */
  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(digest().digest(bytes));
  }

  /** Of a text in UTF-8. */
  public static String of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
