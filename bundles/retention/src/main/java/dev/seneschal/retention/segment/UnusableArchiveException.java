package dev.seneschal.retention.segment;

import java.io.IOException;

/** Nothing can be written to the archive, as long as nobody mends what the message says. */
public final class UnusableArchiveException extends IOException {

    private static final long serialVersionUID = 1L;

    UnusableArchiveException(String message, IOException cause) {
        super(message, cause);
    }
}
