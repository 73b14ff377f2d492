package dev.ocelli.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** A request over a connection. */
record JettyTransport(Request request, Response response) implements Transport {
  @Override
  public String method() {
    return request.getMethod();
  }

  @Override
  public String path() {
    String path = request.getHttpURI().getDecodedPath();
    return path == null ? "" : path;
  }

  @Override
  public @Nullable String header(String name) {
    return request.getHeaders().get(name);
  }

  @Override
  public String address() {
    return request.getConnectionMetaData().getRemoteSocketAddress() instanceof InetSocketAddress a
            && a.getAddress() != null
        ? a.getAddress().getHostAddress()
        : "";
  }

  @Override
  public Fields query() {
    return Request.extractQueryParameters(request);
  }

  @Override
  public long length() {
    return request.getLength();
  }

  @Override
  public InputStream body() {
    return Content.Source.asInputStream(request);
  }

  @Override
  public MultiPartFormData.Parts parts(MultiPartConfig config) {
    return MultiPartFormData.getParts(
        request, request, request.getHeaders().get(HttpHeader.CONTENT_TYPE), config);
  }

  @Override
  public void responseHeader(String name, String value) {
    response.getHeaders().put(name, value);
  }

  @Override
  public boolean committed() {
    return response.isCommitted();
  }

  @Override
  public int status() {
    return response.getStatus();
  }

  @Override
  public void status(int status) {
    response.setStatus(status);
  }

  @Override
  public void write(boolean last, ByteBuffer piece) throws IOException {
    Content.Sink.write(response, last, piece);
  }

  @Override
  public boolean peerGone() {
    EndPoint point = request.getConnectionMetaData().getConnection().getEndPoint();
    while (point instanceof EndPoint.Wrapper w) {
      point = w.unwrap();
    }
    return point instanceof PeerAwareConnector.Connection c && c.peerGone();
  }

  @Override
  public boolean background() {
    return false;
  }
}
