package dev.seneschal.mail.smtp;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/**
 * Angus's SMTP, made to remember what matters: whether the message was given to the server whole, and what the server said
 * first to refuse it. The library's exceptions do not tell, because a failing RSET hides what came before it.
 *
 * <p>For use by one thread.
 */
final class Dialogue extends SMTPTransport {

    private final Socket socket;
    private final Duration replyTimeout;
    private final Duration endOfDataTimeout;
    private Progress progress;
    private boolean dataEnded;
    private Reply refusal;
    private Reply verdict;

    Dialogue(Session session, URLName server, Socket socket, Duration replyTimeout, Duration endOfDataTimeout) {
        super(session, server);
        this.socket = socket;
        this.replyTimeout = replyTimeout;
        this.endOfDataTimeout = endOfDataTimeout;
    }

    /**
     * What the server said.
     *
     * @param code the reply code, or less than 100 if it said nothing intelligible
     */
    record Reply(int code, String text) {

        boolean isAcceptance() {
            return code >= 200 && code < 300;
        }

        boolean isTransient() {
            return code >= 400 && code < 500;
        }

        boolean isPermanent() {
            return code >= 500 && code < 600;
        }
    }

    /** Begins to remember the sending of another message. */
    void begin(Progress with) throws SocketException {
        progress = with;
        dataEnded = false;
        refusal = null;
        verdict = null;
        socket.setSoTimeout((int) replyTimeout.toMillis());
    }

    /** Returns whether the end of the data was sent, or may have been. */
    boolean isDataEnded() {
        return dataEnded;
    }

    /** Returns the first reply that refused something before the end of the data, or null. */
    Reply refusal() {
        return refusal;
    }

    /** Returns the reply to the end of the data, or null if none came. */
    Reply verdict() {
        return verdict;
    }

    @Override
    protected OutputStream data() throws MessagingException {
        if (!progress.enterData()) {
            throw new MessagingException("stopped before DATA");
        }
        return super.data();
    }

    @Override
    protected void finishData() throws IOException, MessagingException {
        socket.setSoTimeout((int) endOfDataTimeout.toMillis());
        dataEnded = true;
        super.finishData();
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        int code = super.readServerResponse();
        var reply = new Reply(code, getLastServerResponse().strip());
        if (dataEnded) {
            if (verdict == null && code >= 200) {
                verdict = reply;
            }
        } else if (refusal == null && code >= 400) {
            refusal = reply;
        }
        return code;
    }
}
