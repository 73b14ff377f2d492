package dev.ocelli.media.jp2;

import java.io.IOException;

/** Bits of a packet's header: behind a byte of ones comes a byte of seven bits. */
final class PacketBits {
  private final Input in;
  private int value;
  private int left;

  PacketBits(Input in) {
    this.in = in;
  }

  int bit() throws IOException {
    if (left == 0) {
      left = value == 0xFF ? 7 : 8;
      value = in.u8();
    }
    left--;
    return value >> left & 1;
  }

  int bits(int count) throws IOException {
    int out = 0;
    for (int i = 0; i < count; i++) {
      out = out << 1 | bit();
    }
    return out;
  }

  /** Goes to the next whole byte. */
  void align() throws IOException {
    if (value == 0xFF) {
      in.u8();
    }
    value = 0;
    left = 0;
  }
}
