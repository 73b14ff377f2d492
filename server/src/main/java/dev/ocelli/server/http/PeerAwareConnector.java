package dev.ocelli.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * A connector whose connections can say whether the client has gone away while its request is
 * worked on. Jetty itself finds out only when it reads or writes next, minutes of computing later.
 */
final class PeerAwareConnector extends ServerConnector {
  PeerAwareConnector(Server server, ConnectionFactory... factories) {
    // One acceptor and one selector: they wait for the network, the processors are for the model.
    super(server, null, null, null, 1, 1, factories);
  }

  @Override
  protected SocketChannelEndPoint newEndPoint(
      SocketChannel channel, ManagedSelector selector, SelectionKey key) {
    Connection connection = new Connection(channel, selector, key, getScheduler());
    connection.setIdleTimeout(getIdleTimeout());
    return connection;
  }

  /** A connection that can be read ahead: what was read early is given out first. */
  static final class Connection extends SocketChannelEndPoint {
    private final ByteBuffer ahead = ByteBuffer.allocate(4096).flip();
    private boolean ended;

    Connection(SocketChannel channel, ManagedSelector selector, SelectionKey key, Scheduler s) {
      super(channel, selector, key, s);
    }

    /**
     * Whether the client has closed the connection. To be asked only while nobody else reads: after
     * a request's body and before its answer is complete.
     */
    synchronized boolean peerGone() {
      if (ended || !isOpen()) {
        return true;
      }
      ahead.compact();
      try {
        // A full buffer reads nothing: such a client is alive.
        ended = super.fill(ahead.flip()) < 0;
      } catch (IOException e) {
        ended = true;
      }
      return ended;
    }

    @Override
    public synchronized int fill(ByteBuffer to) throws IOException {
      if (!ahead.hasRemaining()) {
        return ended ? -1 : super.fill(to);
      }
      // Jetty's buffers are flipped for reading: room is behind their limit.
      int n = Math.min(ahead.remaining(), to.capacity() - to.limit());
      int position = to.limit();
      to.limit(position + n);
      to.put(position, ahead, ahead.position(), n);
      ahead.position(ahead.position() + n);
      return n;
    }

    @Override
    protected void needsFillInterest() {
      boolean ready;
      synchronized (this) {
        ready = ahead.hasRemaining() || ended;
      }
      if (ready) {
        getFillInterest().fillable();
      } else {
        super.needsFillInterest();
      }
    }
  }
}
