package dev.ocelli.server.media;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;

/** Tells addresses of the public internet from those of this machine and its networks. */
final class PublicAddresses {
  /** A block of IPv4 addresses that are no public hosts (IANA special-purpose registry). */
  private record Block(int address, int bits) {
    static Block of(int a, int b, int c, int bits) {
      return new Block(a << 24 | b << 16 | c << 8, bits);
    }

    boolean has(int ip) {
      return (ip ^ address) >>> (32 - bits) == 0;
    }
  }

  private static final List<Block> NOT_PUBLIC =
      List.of(
          Block.of(0, 0, 0, 8),
          Block.of(10, 0, 0, 8),
          Block.of(100, 64, 0, 10),
          Block.of(127, 0, 0, 8),
          Block.of(169, 254, 0, 16),
          Block.of(172, 16, 0, 12),
          Block.of(192, 0, 0, 24),
          Block.of(192, 0, 2, 24),
          Block.of(192, 88, 99, 24),
          Block.of(192, 168, 0, 16),
          Block.of(198, 18, 0, 15),
          Block.of(198, 51, 100, 24),
          Block.of(203, 0, 113, 24),
          Block.of(224, 0, 0, 4),
          Block.of(240, 0, 0, 4));

  private PublicAddresses() {}

  /** Whether an address is one of the public internet. */
  static boolean isPublic(InetAddress address) {
    return switch (address) {
      case Inet4Address v4 -> isPublic(v4.getAddress(), 0);
      case Inet6Address v6 -> isPublic(v6);
      default -> false;
    };
  }

  private static boolean isPublic(byte[] b, int at) {
    int ip =
        (b[at] & 0xFF) << 24
            | (b[at + 1] & 0xFF) << 16
            | (b[at + 2] & 0xFF) << 8
            | b[at + 3] & 0xFF;
    return NOT_PUBLIC.stream().noneMatch(block -> block.has(ip));
  }

  /**
   * Global unicast alone, 2000::/3, without what wraps IPv4 addresses (6to4, Teredo) or is set
   * aside for documentation; translated addresses (64:ff9b::/96) lie outside.
   */
  private static boolean isPublic(Inet6Address v6) {
    byte[] b = v6.getAddress();
    if ((b[0] & 0xE0) != 0x20) {
      return false;
    }
    int first = (b[0] & 0xFF) << 8 | b[1] & 0xFF;
    int second = (b[2] & 0xFF) << 8 | b[3] & 0xFF;
    return switch (first) {
      case 0x2001 -> second >= 0x200 && second != 0x0DB8;
      case 0x2002 -> false;
      case 0x3FFF -> false;
      default -> true;
    };
  }
}
