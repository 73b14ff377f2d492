package dev.ocelli.server.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.ocelli.media.DecodeLimits;
import dev.ocelli.media.video.VideoFile;
import dev.ocelli.media.video.VideoLimits;
import dev.ocelli.server.wire.ApiError;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Where pictures may come from, and where not. */
class MediaLoaderContractTest {
  private static final VideoFile VIDEOS = new VideoFile(null, VideoLimits.DEFAULT);

  private static final byte[] PNG =
      Base64.getDecoder()
          .decode(
              "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");

  @TempDir Path folder;
  private HttpServer web;

  @BeforeEach
  void start() throws IOException {
    web = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    web.createContext(
        "/a.png",
        x -> {
          x.sendResponseHeaders(200, PNG.length);
          x.getResponseBody().write(PNG);
          x.close();
        });
    web.createContext(
        "/big",
        x -> {
          x.sendResponseHeaders(200, 0);
          byte[] block = new byte[1000];
          try {
            for (int i = 0; i < 1000; i++) {
              x.getResponseBody().write(block);
            }
          } catch (IOException e) {
            // The reader has had enough.
          }
          x.close();
        });
    web.createContext(
        "/slow",
        x -> {
          x.sendResponseHeaders(200, 100);
          x.getResponseBody().write(1);
          x.getResponseBody().flush();
        });
    redirect("/round", "/round");
    redirect("/out", "http://localhost.example.org/");
    redirect("/file", "file:///etc/passwd");
    redirect("/once", "/a.png");
    web.start();
  }

  private void redirect(String path, String to) {
    web.createContext(
        path,
        x -> {
          x.getResponseHeaders().add("Location", to);
          x.sendResponseHeaders(302, -1);
          x.close();
        });
  }

  @AfterEach
  void stop() {
    web.stop(0);
  }

  private static MediaRules rules(Path folder, String... domains) {
    return new MediaRules(
        folder,
        List.of(domains),
        10_000,
        Duration.ofSeconds(2),
        DecodeLimits.DEFAULT,
        new MediaRules.TokenRange(0, 0));
  }

  private String url(String path) {
    return "http://localhost:" + web.getAddress().getPort() + path;
  }

  private byte[] download(String path) {
    try (Downloads d = new Downloads(rules(folder, "localhost"), a -> true)) {
      return d.get(url(path), "here");
    }
  }

  @Test
  void downloadsFromAllowedHosts() {
    assertThat(download("/a.png")).isEqualTo(PNG);
    assertThat(download("/once")).isEqualTo(PNG);
  }

  @ParameterizedTest
  @CsvSource({
    "/big, more than 10000 bytes",
    "/slow, longer than 2 s",
    "/round, redirects more than 3 times",
    "/out, may not be downloaded from localhost.example.org",
    "/file, is not a URL",
    "/missing, status 404",
  })
  void downloadsHaveLimits(String path, String message) {
    assertThatThrownBy(() -> download(path))
        .isInstanceOf(ApiError.class)
        .hasMessageStartingWith("here: ")
        .hasMessageContaining(message);
  }

  @Test
  void privateAddressesAreNotConnectedTo() {
    try (MediaLoader loader = new MediaLoader(rules(folder, "*"), VIDEOS, null)) {
      for (String host :
          List.of("localhost", "127.0.0.1", "[::1]", "0.0.0.0", "2130706433", "127.1")) {
        String url = "http://" + host + ":" + web.getAddress().getPort() + "/a.png";
        assertThatThrownBy(() -> loader.picture(url, "here")).as(url).isInstanceOf(ApiError.class);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "127.0.0.2",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fd12::1",
        "ff02::1",
        "::ffff:10.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "2001:db8::1",
        "2001::1"
      })
  void privateAddressesAreKnown(String address) throws IOException {
    assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"1.1.1.1", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450::1"})
  void publicAddressesAreKnown(String address) throws IOException {
    assertThat(PublicAddresses.isPublic(InetAddress.ofLiteral(address))).isTrue();
  }

  @Test
  void otherHostsAreRefused() {
    try (MediaLoader loader = new MediaLoader(rules(folder, "example.org"), VIDEOS, null)) {
      for (String url :
          List.of(
              "http://example.com/a.png",
              "http://notexample.org/a.png",
              "http://user@example.org/a.png")) {
        assertThatThrownBy(() -> loader.picture(url, "here")).isInstanceOf(ApiError.class);
      }
    }
  }

  @Test
  void filesAreReadBelowTheFolderAlone() throws IOException {
    Path root = folder.resolve("open");
    Files.createDirectories(root.resolve("sub"));
    Files.write(root.resolve("sub/a.png"), PNG);
    Path secret = Files.write(folder.resolve("secret.png"), PNG);
    Files.createSymbolicLink(root.resolve("link.png"), secret);
    try (MediaLoader loader = new MediaLoader(rules(root), VIDEOS, null)) {
      assertThat(loader.picture("file://sub/a.png", "here").width()).isEqualTo(1);
      assertThat(loader.picture("file://" + root.resolve("sub/a.png"), "here").width())
          .isEqualTo(1);
      Files.write(root.resolve("sub/not.mp4"), PNG);
      assertThatThrownBy(() -> loader.video("file://sub/not.mp4", "here"))
          .hasMessageStartingWith("here: needs ffmpeg");
      String message = "";
      for (String path :
          List.of(
              "../secret.png",
              "link.png",
              secret.toString(),
              "sub",
              "missing.png",
              "\0",
              "sub/../../secret.png")) {
        ApiError e =
            org.assertj.core.api.Assertions.catchThrowableOfType(
                ApiError.class, () -> loader.picture("file://" + path, "here"));
        assertThat(e).as(path).isNotNull();
        assertThat(e.getMessage()).isEqualTo(message.isEmpty() ? e.getMessage() : message);
        message = String.valueOf(e.getMessage());
      }
    }
  }
}
