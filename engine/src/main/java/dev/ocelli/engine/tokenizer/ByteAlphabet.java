package dev.ocelli.engine.tokenizer;

/**
 * The map between bytes and printable characters in which byte-level vocabularies are written
 * (GPT-2): visible Latin-1 bytes stand for themselves, the others for U+0100 and up in their order.
 */
final class ByteAlphabet {
  private static final char[] TO_CHAR = new char[256];
  private static final short[] TO_BYTE = new short[0x144];

  static {
    java.util.Arrays.fill(TO_BYTE, (short) -1);
    int next = 0x100;
    for (int b = 0; b < 256; b++) {
      boolean visible = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
      char c = (char) (visible ? b : next++);
      TO_CHAR[b] = c;
      TO_BYTE[c] = (short) b;
    }
  }

  private ByteAlphabet() {}

  static char toChar(int unsignedByte) {
    return TO_CHAR[unsignedByte];
  }

  /** The byte (0 to 255) a character stands for, or -1. */
  static int toByte(char c) {
    return c < TO_BYTE.length ? TO_BYTE[c] : -1;
  }
}
