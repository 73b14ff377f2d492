package dev.ocelli.server.http;

import dev.ocelli.server.wire.ApiError;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** A request that the program asks of itself. */
final class InnerTransport implements Transport {
  private final String path;
  private final byte[] body;
  private final BooleanSupplier unwanted;
  private final boolean background;
  private final ByteArrayOutputStream answer = new ByteArrayOutputStream();
  private int status = 200;
  private int retryAfter;
  private boolean committed;

  InnerTransport(String path, byte[] body, BooleanSupplier unwanted, boolean background) {
    this.path = path;
    this.body = body;
    this.unwanted = unwanted;
    this.background = background;
  }

  /** What was answered. */
  byte[] answer() {
    return answer.toByteArray();
  }

  /** Seconds after which to try again, or 0. */
  int retryAfter() {
    return retryAfter;
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String header(String name) {
    return null;
  }

  @Override
  public String address() {
    return "";
  }

  @Override
  public Fields query() {
    return Fields.EMPTY;
  }

  @Override
  public long length() {
    return body.length;
  }

  @Override
  public InputStream body() {
    return new ByteArrayInputStream(body);
  }

  @Override
  public MultiPartFormData.Parts parts(MultiPartConfig config) {
    throw new ApiError(ApiError.Kind.INVALID, "a request of a batch has no parts");
  }

  @Override
  public void responseHeader(String name, String value) {
    if (name.equals("Retry-After")) {
      retryAfter = Integer.parseInt(value);
    }
  }

  @Override
  public boolean committed() {
    return committed;
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public void status(int code) {
    status = code;
  }

  @Override
  public void write(boolean last, ByteBuffer piece) {
    committed = true;
    byte[] bytes = new byte[piece.remaining()];
    piece.get(bytes);
    answer.writeBytes(bytes);
  }

  @Override
  public boolean peerGone() {
    return unwanted.getAsBoolean();
  }

  @Override
  public boolean background() {
    return background;
  }
}
