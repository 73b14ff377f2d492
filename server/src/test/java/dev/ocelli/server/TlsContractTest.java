package dev.ocelli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.server.http.HttpListener;
import dev.ocelli.server.http.TlsFiles;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.Base64;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS with PEM files. */
class TlsContractTest {
  @TempDir Path folder;

  private static String pem(String type, byte[] bytes) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes), type);
  }

  /** Makes a certificate with the JDK's own tool. */
  private KeyStore store() throws Exception {
    Path file = folder.resolve("store.p12");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    Process p =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "a",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                "changeit",
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    p.getInputStream().transferTo(said);
    assertThat(p.waitFor()).as(said.toString(java.nio.charset.StandardCharsets.UTF_8)).isZero();
    return KeyStore.getInstance(file.toFile(), "changeit".toCharArray());
  }

  private TlsFiles files(String certificate, String key) throws IOException {
    return new TlsFiles(
        Files.writeString(folder.resolve("cert.pem"), certificate),
        Files.writeString(folder.resolve("key.pem"), key));
  }

  @Test
  void answersOverTls() throws Exception {
    KeyStore store = store();
    Certificate certificate = store.getCertificate("a");
    byte[] key = store.getKey("a", "changeit".toCharArray()).getEncoded();
    TlsFiles tls = files(pem("CERTIFICATE", certificate.getEncoded()), pem("PRIVATE KEY", key));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("a", certificate);
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (OcelliServer server =
            OcelliServer.start(
                ServerOptions.onThisMachine(0)
                    .address(new HttpListener.Address("127.0.0.1", 0, tls))
                    .build());
        HttpClient client = HttpClient.newBuilder().sslContext(context).build()) {
      HttpResponse<String> answer =
          client.send(
              HttpRequest.newBuilder(
                      URI.create("https://localhost:%d/openapi.json".formatted(server.port())))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).isEqualTo(200);
    }
  }

  @Test
  void filesThatCannotBeUsedAreNamed() throws IOException {
    assertThatThrownBy(() ->
            start(
                files("x", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----")))
        .isInstanceOf(OcelliException.class)
        .hasMessageContaining("openssl pkcs8 -topk8");
    assertThatThrownBy(() -> start(files("x", "nothing")))
        .hasMessageContaining("key.pem: has no private key");
    assertThatThrownBy(() -> start(new TlsFiles(Path.of("/no/such"), Path.of("/no/such"))))
        .hasMessageContaining("/no/such: cannot be read");
  }

  private static void start(TlsFiles tls) {
    OcelliServer.start(
            ServerOptions.onThisMachine(0)
                .address(new HttpListener.Address("127.0.0.1", 0, tls))
                .build())
        .close();
  }
}
