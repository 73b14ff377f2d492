package dev.ocelli.server.ui;

import dev.ocelli.server.http.ErrorShape;
import dev.ocelli.server.http.Exchange;
import dev.ocelli.server.http.Route;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the page at {@code /}, its modules and style sheets below {@code /ui/}, and below {@code
 * /ui/lib/} libraries from WebJars. Everything comes from the class path; a browser asks again each
 * time whether a file has changed, and is answered by its hash.
 */
public final class WebPage {
  /** Nothing from elsewhere, no script in the page itself, nobody may frame it. */
  private static final String CONTENT_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
          + " img-src 'self' data: blob:; media-src 'self' data: blob:; base-uri 'none';"
          + " form-action 'none'; frame-ancestors 'none'";

  private static final String WEBJARS = "/META-INF/resources/webjars/";

  /** Versions as in the POM. */
  private static final Map<String, String> LIBRARIES =
      Map.of(
          "preact.js", "preact/10.27.2/dist/preact.module.js",
          "marked.js", "marked/16.4.1/lib/marked.esm.js",
          "purify.js", "dompurify/3.3.0/dist/purify.es.mjs",
          "katex.js", "katex/0.16.4/dist/katex.mjs",
          "highlight.js", "highlightjs/11.11.1/highlight.js");

  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "svg", "image/svg+xml");

  private static final Pattern NAME =
      Pattern.compile("(?:[a-z0-9-]+/)?[a-z0-9-]+\\.(html|js|css|svg)");

  private final ErrorShape errors;
  private final Map<String, Asset> assets = new ConcurrentHashMap<>();

  private record Asset(byte[] bytes, String type, String tag) {}

  /**
   * @param errors how errors about its paths are told
   */
  public WebPage(ErrorShape errors) {
    this.errors = errors;
  }

  /** What a browser asks for; none of it needs a key. */
  public List<Route> routes() {
    return List.of(
        route("/", "The page for people.", x -> send(x, "index.html")),
        route("/ui/*", "Its scripts and style sheets.", x -> send(x, x.rest())));
  }

  private Route route(String path, String summary, Route.Handler handler) {
    return new Route("GET", path, Route.Access.OPEN, errors, new Route.Doc(summary, null), handler);
  }

  private void send(Exchange x, String name) throws IOException {
    Asset asset = asset(name);
    if (asset == null) {
      throw new ApiError(
          ApiError.Kind.NOT_FOUND, "the page has no file '%s'; its address is /".formatted(name));
    }
    x.responseHeader("ETag", asset.tag());
    x.responseHeader("Cache-Control", "no-cache");
    x.responseHeader("Content-Security-Policy", CONTENT_POLICY);
    x.responseHeader("X-Content-Type-Options", "nosniff");
    x.responseHeader("Referrer-Policy", "no-referrer");
    x.responseHeader("Cross-Origin-Opener-Policy", "same-origin");
    if (asset.tag().equals(x.header("If-None-Match"))) {
      x.notModified();
      return;
    }
    x.send(200, asset.type(), asset.bytes());
  }

  /** Only what exists is remembered, so that requests cannot fill the memory. */
  private @Nullable Asset asset(String name) {
    Asset known = assets.get(name);
    if (known != null) {
      return known;
    }
    if (!NAME.matcher(name).matches()) {
      return null;
    }
    String library = name.startsWith("lib/") ? LIBRARIES.get(name.substring(4)) : null;
    try (InputStream in =
        WebPage.class.getResourceAsStream(library == null ? name : WEBJARS + library)) {
      if (in == null) {
        return null;
      }
      byte[] bytes = in.readAllBytes();
      String ending = name.substring(name.lastIndexOf('.') + 1);
      Asset asset = new Asset(bytes, TYPES.getOrDefault(ending, ""), tag(bytes));
      assets.put(name, asset);
      return asset;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String tag(byte[] bytes) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
      return "\"%s\"".formatted(HexFormat.of().formatHex(hash, 0, 16));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
