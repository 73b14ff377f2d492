package dev.ocelli.cli;

import dev.ocelli.cli.console.Interrupts;
import dev.ocelli.cli.console.Output;
import dev.ocelli.cli.console.Streams;
import dev.ocelli.cli.media.FileMediaOpener;
import dev.ocelli.cli.model.Context;
import dev.ocelli.cli.model.EngineOpener;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import javax.imageio.ImageIO;

/**
 * Runs what most runs do once, without a trace: the JVM writes down which classes that takes, and
 * later starts find them loaded and linked.
 */
public final class Rehearsal {
  private static final int SIDE = 192;

  private Rehearsal() {}

  /** Asks for help and describes a picture with the embedded model. */
  public static void main(String[] args) throws IOException {
    Locale.setDefault(Locale.ROOT);
    Streams nowhere =
        new Streams(
            new ByteArrayInputStream(new byte[0]),
            new Output(OutputStream.nullOutputStream()),
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8),
            false,
            false);
    Context context =
        new Context(
            nowhere,
            Interrupts.none(),
            new EngineOpener(),
            new FileMediaOpener(),
            java.util.Map.of());
    new CommandRunner(context, false).run("--help");
    new CommandRunner(context, false).run("describe", "--help");
    Path folder = Files.createTempDirectory("ocelli");
    try {
      for (String format : new String[] {"jpg", "png"}) {
        Path picture = folder.resolve("circle." + format);
        ImageIO.write(circle(), format, picture.toFile());
        new CommandRunner(context, false).run("describe", picture.toString());
        Files.delete(picture);
      }
    } finally {
      Files.delete(folder);
    }
  }

  private static BufferedImage circle() {
    BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < SIDE; y++) {
      for (int x = 0; x < SIDE; x++) {
        boolean inside = Math.hypot(x - SIDE / 2.0, y - SIDE / 2.0) < SIDE / 4.0;
        image.setRGB(x, y, inside ? 0xFFFFFF : 0);
      }
    }
    return image;
  }
}
