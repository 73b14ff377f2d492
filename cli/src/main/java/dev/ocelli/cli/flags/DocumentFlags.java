package dev.ocelli.cli.flags;

import dev.ocelli.media.DocumentOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which pages of documents are looked at, and how they are drawn. */
public final class DocumentFlags {
  @Option(
      names = "--pages",
      paramLabel = "RANGE",
      description =
          "Pages of PDF and multi-page TIFF files, such as 1-5,9 or 12-; also FILE#pages=RANGE. Default: all.")
  public @Nullable String pages;

  @Option(
      names = "--dpi",
      paramLabel = "N",
      description =
          "Draw pages of PDF files with N pixels an inch, within --image-max-tokens. Default: 144, fewer for large pages.")
  public double dpi;

  @Option(
      names = "--pdf-password",
      paramLabel = "TEXT",
      description = "Password of encrypted PDF files.")
  public @Nullable String password;

  /** For opening documents. */
  public DocumentOptions options() {
    return DocumentOptions.DEFAULT.with(password, dpi);
  }
}
