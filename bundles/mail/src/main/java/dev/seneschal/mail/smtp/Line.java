package dev.seneschal.mail.smtp;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailResult;
import dev.seneschal.mail.smtp.Dialogue.Reply;
import dev.seneschal.mail.smtp.MimeLetter.UnwritableException;
import dev.seneschal.mail.smtp.SmtpSettings.Tls;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.time.Clock;
import java.util.Properties;
import java.util.Set;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to the server, greeted, encrypted and logged in as configured. For use by one thread at a time. */
final class Line implements AutoCloseable {

    /** Why a message was not sent that its caller stopped. */
    static final String STOPPED = "stopped before it was sent";

    private static final Logger LOG = LoggerFactory.getLogger(Line.class);

    /** RFC 4954: these replies speak of the login and not of the message, so the message is not refused for good. */
    private static final Set<Integer> LOGIN = Set.of(530, 534, 535, 538);

    private final SmtpSettings settings;
    private final Session session;
    private final Dialogue dialogue;
    private final Socket socket;
    private final Clock clock;
    private int sent;
    private long restingSinceNanos;

    private Line(SmtpSettings settings, Session session, Dialogue dialogue, Socket socket, Clock clock) {
        this.settings = settings;
        this.session = session;
        this.dialogue = dialogue;
        this.socket = socket;
        this.clock = clock;
    }

    /**
     * What came of handing over one message.
     *
     * @param result how far the message came
     * @param again whether the line turned out to be dead before the message was spoken of, so that another may be tried
     * @param reusable whether the line can carry another message
     */
    record Handover(MailResult result, boolean again, boolean reusable) {}

    /**
     * Connects.
     *
     * @param utf8 whether addresses may hold more than ASCII
     * @param progress stops it
     */
    static Line open(SmtpSettings settings, SSLSocketFactory tls, boolean utf8, Progress progress, Clock clock)
            throws IOException, MessagingException {
        var raw = new Socket();
        try {
            if (progress.on(raw)) {
                throw new IOException("stopped before connecting");
            }
            raw.connect(new InetSocketAddress(settings.host(), settings.port()), (int)
                    settings.connectTimeout().toMillis());
            raw.setSoTimeout((int) settings.replyTimeout().toMillis());
            raw.setTcpNoDelay(true);
            var session = Session.getInstance(properties(settings, tls, utf8));
            var password = settings.user() == null ? null : password(settings);
            var server = new URLName("smtp", settings.host(), settings.port(), null, settings.user(), password);
            var dialogue = new Dialogue(session, server, raw, settings.replyTimeout(), settings.endOfDataTimeout());
            dialogue.connect(settings.tls() == Tls.TLS ? encrypt(raw, settings, tls) : raw);
            checkAbilities(dialogue, settings, utf8);
            return new Line(settings, session, dialogue, raw, clock);
        } catch (IOException | MessagingException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    private static String password(SmtpSettings settings) throws IOException {
        return Files.readString(settings.passwordFile()).strip();
    }

    private static SSLSocket encrypt(Socket raw, SmtpSettings settings, SSLSocketFactory tls) throws IOException {
        var socket = (SSLSocket) tls.createSocket(raw, settings.host(), settings.port(), true);
        var parameters = socket.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static Properties properties(SmtpSettings settings, SSLSocketFactory tls, boolean utf8) {
        var properties = new Properties();
        properties.put("mail.smtp.localhost", settings.domain());
        properties.put("mail.smtp.auth", String.valueOf(settings.user() != null));
        properties.put("mail.smtp.starttls.enable", String.valueOf(settings.tls() == Tls.STARTTLS));
        properties.put("mail.smtp.starttls.required", String.valueOf(settings.tls() == Tls.STARTTLS));
        properties.put("mail.smtp.ssl.checkserveridentity", "true");
        properties.put("mail.smtp.ssl.socketFactory", tls);
        properties.put("mail.smtp.quitwait", "false");
        properties.put("mail.mime.allowutf8", String.valueOf(utf8));
        return properties;
    }

    private static void checkAbilities(Dialogue dialogue, SmtpSettings settings, boolean utf8)
            throws MessagingException {
        var missing = settings.user() != null && !dialogue.supportsExtension("AUTH")
                ? "The server offers no login (AUTH), but user " + settings.user() + " is configured."
                : utf8 && !dialogue.supportsExtension("SMTPUTF8") ? Utf8MissingException.MESSAGE : null;
        if (missing != null) {
            dialogue.close();
            throw utf8 && missing.equals(Utf8MissingException.MESSAGE)
                    ? new Utf8MissingException()
                    : new MessagingException(missing);
        }
    }

    /** The server cannot take an address that is not ASCII. */
    static final class Utf8MissingException extends MessagingException {

        private static final long serialVersionUID = 1L;
        private static final String MESSAGE =
                "The address holds more than ASCII before the @, and the server does not offer SMTPUTF8.";

        Utf8MissingException() {
            super(MESSAGE);
        }
    }

    Handover send(MailMessage message, String provider, Progress progress) {
        MimeLetter letter;
        try {
            letter = MimeLetter.of(message, session, settings.envelopeFrom(), clock.instant());
        } catch (UnwritableException e) {
            return new Handover(new MailResult.Refused(e.getMessage()), false, true);
        } catch (MessagingException | RuntimeException e) {
            // Not judged: the dialogue still speaks of the message before.
            LOG.warn("A message could not be written as a mail. messageId={}", message.messageId(), e);
            return new Handover(
                    new MailResult.Deferred("it could not be written as a mail: " + reason(e)), false, true);
        }
        if (progress.on(socket)) {
            return new Handover(new MailResult.Deferred(STOPPED), false, false);
        }
        return send(letter, provider, progress);
    }

    private Handover send(MimeLetter letter, String provider, Progress progress) {
        try {
            dialogue.begin(progress);
            sent++;
            dialogue.sendMessage(letter, letter.getAllRecipients());
            return new Handover(
                    new MailResult.Accepted(provider, dialogue.verdict().text()), false, true);
        } catch (MessagingException | IOException e) {
            return judge(e, provider);
        }
    }

    private Handover judge(Exception failure, String provider) {
        var verdict = dialogue.verdict();
        if (dialogue.isDataEnded()) {
            var result = verdict == null
                    ? new MailResult.Unknown("no reply to the whole message: " + reason(failure))
                    : judge(verdict, provider);
            return new Handover(result, false, verdict != null && dialogue.isConnected());
        }
        var refusal = dialogue.refusal();
        if (refusal == null) {
            return new Handover(
                    new MailResult.Deferred(
                            "the connection was lost before the end of the message: " + reason(failure)),
                    true,
                    false);
        }
        var closing = refusal.code() == 421;
        return new Handover(judge(refusal, provider), closing, !closing && dialogue.isConnected());
    }

    private static MailResult judge(Reply reply, String provider) {
        if (reply.isAcceptance()) {
            return new MailResult.Accepted(provider, reply.text());
        }
        if (reply.isPermanent() && !LOGIN.contains(reply.code())) {
            return new MailResult.Refused(reply.text());
        }
        return reply.isTransient() || LOGIN.contains(reply.code())
                ? new MailResult.Deferred(reply.text())
                : new MailResult.Unknown("the reply makes no sense here: " + reply.text());
    }

    static String reason(Exception failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root.getClass().getSimpleName() + ": " + root.getMessage();
    }

    boolean isSpent() {
        return sent >= settings.messagesPerConnection();
    }

    void rest() {
        restingSinceNanos = System.nanoTime();
    }

    boolean isStale() {
        return System.nanoTime() - restingSinceNanos >= settings.idle().toNanos();
    }

    /** Says goodbye and does not wait for the answer. */
    @Override
    public void close() {
        try {
            dialogue.close();
        } catch (MessagingException e) {
            LOG.debug("A connection did not close in order", e);
        }
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("A socket did not close", e);
        }
    }
}
