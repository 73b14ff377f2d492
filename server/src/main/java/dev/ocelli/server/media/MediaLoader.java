package dev.ocelli.server.media;

import dev.ocelli.engine.vision.ClipSource;
import dev.ocelli.media.Document;
import dev.ocelli.media.DocumentOptions;
import dev.ocelli.media.Documents;
import dev.ocelli.media.PagePicture;
import dev.ocelli.media.PageRange;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Gets the pictures that requests name by URLs. */
public final class MediaLoader implements AutoCloseable {
  private static final String JPEG_FRAMES = "data:video/jpeg;base64,";

  private final MediaRules rules;
  private final VideoFile videos;
  private final @Nullable KeptFiles files;
  private final @Nullable Downloads downloads;

  /**
   * A loader for rules.
   *
   * @param videos how video files are read
   * @param files that requests name by ids, or null where none are kept
   */
  public MediaLoader(MediaRules rules, VideoFile videos, @Nullable KeptFiles files) {
    this.rules = rules;
    this.videos = videos;
    this.files = files;
    this.downloads =
        rules.domains().isEmpty() ? null : new Downloads(rules, PublicAddresses::isPublic);
  }

  /** Where pictures may come from. */
  public MediaRules rules() {
    return rules;
  }

  /**
   * Gets a picture and walks its container.
   *
   * @param url a data URL, or one that the rules allow
   * @param where the place in the request, for errors
   * @throws ApiError 400 when it cannot be had
   * @throws dev.ocelli.engine.OcelliException INPUT when it is no picture
   */
  public Upload picture(String url, String where) {
    return Upload.of(bytes(url, where), where, rules.limits());
  }

  /**
   * Which pages of a document are wanted.
   *
   * @param range such as {@code 1-5,9}, or null for all
   * @param password of an encrypted document, or null
   * @param hints whether the text layer of each is wanted, too
   */
  public record Pages(@Nullable String range, @Nullable String password, boolean hints) {
    /** All pages of a document that is not encrypted. */
    public static final Pages ALL = new Pages(null, null, false);
  }

  /**
   * Gets a picture, or the pages of a document.
   *
   * @param url a data URL, or one that the rules allow
   * @param where the place in the request, for errors
   * @throws ApiError 400 when it cannot be had
   * @throws dev.ocelli.engine.OcelliException INPUT when it is none; USAGE when there are no such
   *     pages
   */
  public List<EarlyPicture> pictures(String url, Pages pages, String where) {
    return pictures(bytes(url, where), pages, where);
  }

  /** The same of what came as base64 without a URL around it. */
  public List<EarlyPicture> base64(String text, Pages pages, String where) {
    return pictures(decode(text, where), pages, where);
  }

  /**
   * The same of a file that was sent earlier.
   *
   * @param tenant who asks
   * @throws ApiError 400 when no files are kept; 404 when there is none of that id
   */
  public List<EarlyPicture> kept(String id, String tenant, Pages pages, String where) {
    if (files == null) {
      throw ApiError.field(
          where,
          "files are not kept here; send the file itself, or start the server with --state-dir FOLDER");
    }
    Path content = files.content(id, tenant);
    if (content == null) {
      throw noKept(id, where);
    }
    try {
      return pictures(read(content), pages, where);
    } catch (IOException e) {
      // It was deleted in between.
      throw noKept(id, where);
    }
  }

  private static ApiError noKept(String id, String where) {
    return new ApiError(
            ApiError.Kind.NOT_FOUND,
            "%s: there is no file '%s'; GET /v1/files lists yours".formatted(where, id))
        .code("file_not_found")
        .about(where);
  }

  private List<EarlyPicture> pictures(byte[] bytes, Pages pages, String where) {
    if (!Documents.recognises(bytes)) {
      if (pages.range() != null) {
        throw ApiError.field(where, "is no document, so it has no pages; leave 'pages' out");
      }
      if (pages.hints()) {
        throw ApiError.field(
            where, "is no document, so it has no text layer; leave 'pdf_text' out");
      }
      return List.of(Upload.of(bytes, where, rules.limits()));
    }
    DocumentOptions options =
        DocumentOptions.DEFAULT.with(rules.limits()).with(pages.password(), 0);
    Document document = Documents.open(bytes, where, options);
    List<Integer> chosen = PageRange.of(pages.range() == null ? "1-" : pages.range(), document);
    long share = Math.ceilDiv(bytes.length, chosen.size());
    List<EarlyPicture> out = new ArrayList<>();
    for (int page : chosen) {
      PagePicture picture = PagePicture.of(document, page);
      String hint = pages.hints() ? document.text(page).text() : "";
      out.add(new PageUpload(picture, hint, share));
    }
    return out;
  }

  private Upload base64(String text, String where) {
    return Upload.of(decode(text, where), where, rules.limits());
  }

  /** Whether a URL holds frames, not a video file. */
  public static boolean holdsFrames(String url) {
    return url.regionMatches(true, 0, JPEG_FRAMES, 0, JPEG_FRAMES.length());
  }

  /**
   * Gets a video file and looks what it holds; no frame is decoded.
   *
   * @param url a data URL, or one that the rules allow
   * @param where the place in the request, for errors
   * @throws ApiError 400 when it cannot be had
   * @throws dev.ocelli.engine.OcelliException INPUT when it is no video, or over a limit
   */
  public ClipSource video(String url, String where) {
    // The one copy of a long video is the file itself.
    return url.regionMatches(true, 0, "file:", 0, 5)
        ? videos.open(path(url, where), where)
        : videos.of(bytes(url, where), where);
  }

  /**
   * The frames of a data URL with several pictures, as vLLM takes them: {@code
   * data:video/jpeg;base64,FRAME,FRAME}.
   */
  public List<Upload> frames(String url, String where) {
    List<Upload> out = new ArrayList<>();
    for (String frame : url.substring(JPEG_FRAMES.length()).split(",", -1)) {
      out.add(base64(frame, "%s, frame %d".formatted(where, out.size())));
    }
    return out;
  }

  private byte[] bytes(String url, String where) {
    String scheme = url.substring(0, Math.max(0, url.indexOf(':'))).toLowerCase(Locale.ROOT);
    return switch (scheme) {
      case "data" -> data(url, where);
      case "file" -> file(url, where);
      case "http", "https" -> {
        if (downloads == null) {
          throw ApiError.field(
              where,
              "this server downloads nothing; send the picture as a data URL (data:image/png;base64,...), or start the server with --allowed-media-domains");
        }
        yield downloads.get(url, where);
      }
      default ->
          throw ApiError.field(
              where,
              "is no URL of a picture; give data:image/png;base64,... with the picture in it");
    };
  }

  private static byte[] data(String url, String where) {
    int comma = url.indexOf(',');
    if (comma < 0 || !url.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
      throw ApiError.field(where, "is a data URL without ';base64,'; encode the picture in base64");
    }
    return decode(url.substring(comma + 1), where);
  }

  private static byte[] decode(String base64, String where) {
    String text = base64.indexOf('\n') >= 0 ? base64.replaceAll("\\s", "") : base64;
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw ApiError.field(where, "its base64 is damaged (%s)".formatted(e.getMessage()));
    }
  }

  private byte[] file(String url, String where) {
    try {
      return read(path(url, where));
    } catch (IOException e) {
      throw noFile(where);
    }
  }

  private byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      // One byte more than allowed: the limit is told by whoever looks at the picture.
      long most = Math.min(rules.limits().maxBytes() + 1, Integer.MAX_VALUE - 16);
      return in.readNBytes((int) most);
    }
  }

  /** The same answer whatever is wrong: a client must not learn which files there are outside. */
  private static ApiError noFile(String where) {
    return ApiError.field(where, "there is no such file below the folder of --media-path");
  }

  /** The path may begin at the folder, or be absolute and lead into it. */
  private Path path(String url, String where) {
    Path folder = rules.folder();
    if (folder == null) {
      throw ApiError.field(
          where, "this server reads no files for requests; start it with --media-path FOLDER");
    }
    try {
      Path root = folder.toRealPath();
      Path path = root.resolve(url.substring("file://".length())).toRealPath();
      if (!path.startsWith(root) || !Files.isRegularFile(path)) {
        throw noFile(where);
      }
      return path;
    } catch (IOException | InvalidPathException | StringIndexOutOfBoundsException e) {
      throw noFile(where);
    }
  }

  @Override
  public void close() {
    if (downloads != null) {
      downloads.close();
    }
  }
}
