package dev.gradkeeper.faults;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The way from one server to its database, which can be cut, closed, and made silent. */
final class DatabaseProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean refusing;
  private boolean silent;

  /**
   * @param target the database's port on this machine
   */
  DatabaseProxy(int target) {
    this.target = target;
    try {
      listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listener.getLocalPort();
  }

  /** Resets every connection. */
  void cut() {
    open.forEach(DatabaseProxy::reset);
  }

  /** Whether new connections are reset at once. */
  void refuse(boolean refusing) {
    this.refusing = refusing;
  }

  /** Whether bytes wait here, in both directions; none are lost. */
  synchronized void silence(boolean silent) {
    this.silent = silent;
    notifyAll();
  }

  private synchronized void awaitSound() throws InterruptedException {
    while (silent) {
      wait();
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        if (refusing) {
          reset(client);
        } else {
          Thread.ofVirtual().start(() -> connect(client));
        }
      } catch (IOException e) {
        // closed
      }
    }
  }

  private void connect(Socket client) {
    open.add(client);
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      open.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread.ofVirtual().start(() -> pass(client, server));
      pass(server, client);
    } catch (IOException e) {
      forget(client); // the database is away
    }
  }

  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[1 << 16];
    try (InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream()) {
      for (int n; (n = in.read(bytes)) >= 0; ) {
        awaitSound();
        out.write(bytes, 0, n);
      }
    } catch (IOException e) {
      // one of the ends is gone, and takes the other with it
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      forget(from);
      forget(to);
    }
  }

  private void forget(Socket socket) {
    open.remove(socket);
    close(socket);
  }

  private static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0); // close() sends RST
    } catch (IOException e) {
      // it was closed
    }
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // it was closed
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    silence(false);
    cut();
  }
}
