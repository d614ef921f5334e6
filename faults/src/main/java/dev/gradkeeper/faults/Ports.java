package dev.gradkeeper.faults;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports for servers that come back on the same one: from below the range that the system gives to
 * outgoing connections, one of which could else have it meanwhile.
 */
final class Ports {

  private static final int FIRST = 15_000;
  private static final int END = 30_000;

  private Ports() {}

  static int free() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, END);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException e) {
        // taken
      }
    }
  }
}
