package dev.seneschal.host;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The ports one host listens on, free at the time of choosing.
 *
 * @param http the web server's
 * @param ssh the shell's
 * @param rmiRegistry where JMX is found
 * @param rmiServer where JMX answers
 */
public record Ports(int http, int ssh, int rmiRegistry, int rmiServer) {

    private static final Set<Integer> PICKED = ConcurrentHashMap.newKeySet();

    /** Picks four, each once in the life of this JVM: a host binds its ports a while after they were picked. */
    public static Ports free() {
        var sockets = new ArrayList<ServerSocket>();
        try {
            var ports = new ArrayList<Integer>();
            while (ports.size() < 4) {
                var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                sockets.add(socket);
                if (PICKED.add(socket.getLocalPort())) {
                    ports.add(socket.getLocalPort());
                }
            }
            return new Ports(ports.get(0), ports.get(1), ports.get(2), ports.get(3));
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
