package dev.ocelli.server.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** How a request comes in and its answer goes out: over a connection, or within the program. */
interface Transport {
  String method();

  /** The path, decoded. */
  String path();

  @Nullable String header(String name);

  /** The client's address; empty where there is none. */
  String address();

  /** The parameters of the URL. */
  Fields query();

  /** Bytes of the body, or -1 where that is not known. */
  long length();

  InputStream body();

  /**
   * The parts of a body of the type multipart/form-data; files are written to the disk as they
   * arrive.
   */
  MultiPartFormData.Parts parts(MultiPartConfig config);

  void responseHeader(String name, String value);

  /** Whether the answer has begun. */
  boolean committed();

  int status();

  void status(int status);

  /** Sends a piece of the answer. */
  void write(boolean last, ByteBuffer piece) throws IOException;

  /** Whether nobody waits for the answer any more. */
  boolean peerGone();

  /** Whether other requests go first. */
  boolean background();
}
