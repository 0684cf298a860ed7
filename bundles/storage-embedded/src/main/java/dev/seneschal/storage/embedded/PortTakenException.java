package dev.seneschal.storage.embedded;

import java.io.IOException;

/** Another process listens on the port the server should have. */
final class PortTakenException extends IOException {

    private static final long serialVersionUID = 1L;

    PortTakenException(int port) {
        super("port " + port + " on 127.0.0.1 is in use by another process; end that process, or set port in etc/"
                + EmbeddedServer.PID + ".cfg to a free one (0 takes any)");
    }
}
