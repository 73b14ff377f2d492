package dev.ocelli.engine.quantize;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A small file of the older form. */
final class OldImatrix {
  private OldImatrix() {}

  static byte[] bytes() {
    ByteBuffer b = ByteBuffer.allocate(1024).order(ByteOrder.LITTLE_ENDIAN).putInt(2);
    entry(b, "blk.0.attn_q.weight", 4, 2, 4);
    entry(b, "blk.0.ffn_up_exps.weight", 1, 1, 2, 3, 4, 5, 6);
    b.putInt(9);
    text(b, "wiki.txt");
    return Arrays.copyOf(b.array(), b.position());
  }

  private static void entry(ByteBuffer b, String name, int chunks, float... values) {
    text(b, name);
    b.putInt(chunks).putInt(values.length);
    for (float v : values) {
      b.putFloat(v);
    }
  }

  private static void text(ByteBuffer b, String s) {
    byte[] utf8 = s.getBytes(StandardCharsets.UTF_8);
    b.putInt(utf8.length).put(utf8);
  }
}
