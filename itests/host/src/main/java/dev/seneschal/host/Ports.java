package dev.seneschal.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;

/**
 * The ports one host listens on, free at the time of choosing.
 *
 * @param http the web server's
 * @param ssh the shell's
 * @param rmiRegistry where JMX is found
 * @param rmiServer where JMX answers
 */
public record Ports(int http, int ssh, int rmiRegistry, int rmiServer) {

    /** Picks four. They are held together while they are picked, so that no two are the same. */
    public static Ports free() {
        var sockets = new ArrayList<ServerSocket>();
        try {
            for (int i = 0; i < 4; i++) {
                sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return new Ports(
                    sockets.get(0).getLocalPort(),
                    sockets.get(1).getLocalPort(),
                    sockets.get(2).getLocalPort(),
                    sockets.get(3).getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on this machine.", e);
        } finally {
            for (var socket : sockets) {
                close(socket);
            }
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
