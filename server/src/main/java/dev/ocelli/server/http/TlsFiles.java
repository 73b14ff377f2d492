package dev.ocelli.server.http;

import dev.ocelli.engine.OcelliException;
import dev.ocelli.engine.OcelliException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * A certificate and its key in PEM files, as web servers have them.
 *
 * @param certificate the chain, the server's own certificate first
 * @param key a private key in PKCS #8
 */
public record TlsFiles(Path certificate, Path key) {
  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([^-]+)-----END \\1-----");

  private static final List<String> KEY_TYPES = List.of("RSA", "EC", "EdDSA");

  /**
   * Reads both.
   *
   * @throws OcelliException USAGE when one cannot be used
   */
  SslContextFactory.Server load() {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("server", privateKey(), new char[0], chain());
      SslContextFactory.Server tls = new SslContextFactory.Server();
      tls.setKeyStore(store);
      tls.setKeyStorePassword("");
      return tls;
    } catch (GeneralSecurityException | IOException e) {
      throw new OcelliException(
          Kind.USAGE,
          "%s and %s cannot be used for TLS (%s); give a certificate chain and its own key in PEM"
              .formatted(certificate, key, e.getMessage()),
          e);
    }
  }

  private Certificate[] chain() throws GeneralSecurityException {
    Collection<? extends Certificate> all =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(text(certificate).getBytes(StandardCharsets.UTF_8)));
    if (all.isEmpty()) {
      throw wrong(certificate, "has no certificate; give a file with 'BEGIN CERTIFICATE'");
    }
    return all.toArray(Certificate[]::new);
  }

  private PrivateKey privateKey() {
    Matcher m = BLOCK.matcher(text(key));
    while (m.find()) {
      if (m.group(1).equals("PRIVATE KEY")) {
        return decode(m.group(2));
      }
      if (m.group(1).endsWith("PRIVATE KEY")) {
        throw wrong(
            key,
            "holds a '%s'; turn it into PKCS #8 with: openssl pkcs8 -topk8 -nocrypt -in %s"
                .formatted(m.group(1), key));
      }
    }
    throw wrong(key, "has no private key; give a file with 'BEGIN PRIVATE KEY'");
  }

  private PrivateKey decode(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw wrong(key, "is damaged: its key is no base64");
    }
    for (String type : KEY_TYPES) {
      try {
        return KeyFactory.getInstance(type).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (GeneralSecurityException e) {
        // Not of this type: the file does not say which it is of.
      }
    }
    throw wrong(key, "has a key of an unknown type; use RSA, EC or Ed25519");
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw wrong(file, "cannot be read (%s)".formatted(e.getMessage()));
    }
  }

  private static OcelliException wrong(Path file, String what) {
    return new OcelliException(Kind.USAGE, file + ": " + what);
  }
}
