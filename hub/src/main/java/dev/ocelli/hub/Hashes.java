package dev.ocelli.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Hashes of files, in lower-case hex. */
final class Hashes {
  private static final int BUFFER = 1 << 20;

  private Hashes() {}

  static String sha256(String text) {
    return HexFormat.of()
        .formatHex(digest("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of a file; progress takes the bytes read since it was last called. */
  static String sha256(Path file, LongConsumer progress) throws IOException {
    return of(file, digest("SHA-256"), progress);
  }

  /** What git calls the content of a file: the SHA-1 of its length and its bytes. */
  static String gitOid(Path file) throws IOException {
    MessageDigest digest = digest("SHA-1");
    digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
    return of(file, digest, n -> {});
  }

  private static String of(Path file, MessageDigest digest, LongConsumer progress)
      throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream in = Files.newInputStream(file)) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        progress.accept(n);
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + name, e);
    }
  }
}
