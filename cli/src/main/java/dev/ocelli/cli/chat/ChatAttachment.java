package dev.ocelli.cli.chat;

import dev.ocelli.cli.media.MediaList;
import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import dev.ocelli.engine.runtime.Media;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.IntStream;

/**
 * A file that a message shows the model: a picture, a clip, or pages of a document.
 *
 * @param named how it was named
 * @param media what it is, opened; several pages are several pictures
 */
record ChatAttachment(ChatFileName named, MediaList media) {

  /** Pictures, pages or clips of it. */
  int count() {
    return media.media().size();
  }

  /**
   * SHA-256 of the file as it was looked at, in hexadecimal; of a folder of frames, of all of them.
   */
  String sha256() {
    if (media.media().getFirst() instanceof Media.Picture p && p.source().isFile()) {
      return p.source().sha256();
    }
    Path path = named.path();
    if (Files.isRegularFile(path)) {
      return hash(path);
    }
    StringBuilder all = new StringBuilder();
    for (Media m : media.media()) {
      all.append(
          switch (m) {
            case Media.Picture p -> p.source().sha256();
            case Media.Clip c ->
                c.source().identity(IntStream.range(0, c.source().frameCount()).toArray());
          });
    }
    return HexFormat.of()
        .formatHex(digest().digest(all.toString().getBytes(StandardCharsets.UTF_8)));
  }

  private static String hash(Path file) {
    MessageDigest digest = digest();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      throw new OcelliException(
          Kind.INPUT,
          "%s: cannot be read any more (%s); put it back".formatted(file, e.getMessage()),
          e);
    }
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
