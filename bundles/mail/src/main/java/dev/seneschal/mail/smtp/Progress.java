package dev.seneschal.mail.smtp;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the sending of one message has come. The sending thread moves it on; the waiting one may stop it as long as the
 * server has not been given the message.
 */
final class Progress {

    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);

    private enum Stage {
        BEFORE_DATA,
        DATA,
        STOPPED
    }

    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.BEFORE_DATA);
    private volatile Socket socket;

    /** Names the socket that is closed if the sending is stopped. Returns whether it was stopped already. */
    boolean on(Socket now) {
        socket = now;
        return isStopped();
    }

    /** Returns whether the message may be given to the server; from then on nobody can stop it. */
    boolean enterData() {
        return stage.compareAndSet(Stage.BEFORE_DATA, Stage.DATA) || stage.get() == Stage.DATA;
    }

    boolean isStopped() {
        return stage.get() == Stage.STOPPED;
    }

    /** Stops it if the server has not been given the message. Returns whether it is stopped. */
    boolean stop() {
        if (stage.compareAndSet(Stage.BEFORE_DATA, Stage.STOPPED)) {
            cut();
        }
        return isStopped();
    }

    /** Cuts the connection, wherever the message is; what that means for it is found out as for any lost connection. */
    void cut() {
        var open = socket;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            LOG.debug("A socket did not close", e);
        }
    }
}
