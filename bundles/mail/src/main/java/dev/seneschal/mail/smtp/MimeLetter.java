package dev.seneschal.mail.smtp;

import dev.seneschal.api.mail.MailMessage;
import dev.seneschal.api.mail.MailMessage.Mailbox;
import jakarta.mail.Message.RecipientType;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMultipart;
import jakarta.mail.internet.MimeUtility;
import java.io.UnsupportedEncodingException;
import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.angus.mail.smtp.SMTPMessage;

/** A message as RFC 5322 and MIME have it. */
final class MimeLetter extends SMTPMessage {

    private static final String UTF_8 = StandardCharsets.UTF_8.name();

    /** What this class writes itself; a caller that gives one of these is mistaken. */
    private static final Set<String> OWN = Set.of(
            "from",
            "sender",
            "to",
            "cc",
            "bcc",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "return-path",
            "received");

    private static final Pattern MESSAGE_ID = Pattern.compile("[\\x21-\\x7E&&[^<>]]{1,900}");

    private final String messageId;

    private MimeLetter(Session session, String messageId) {
        super(session);
        this.messageId = messageId;
    }

    /** The message cannot be written as a mail. */
    static final class UnwritableException extends Exception {

        private static final long serialVersionUID = 1L;

        UnwritableException(String message) {
            super(message);
        }
    }

    /**
     * Writes the message.
     *
     * @param envelopeFrom where bounces go, or null for the author
     */
    static MimeLetter of(MailMessage message, Session session, String envelopeFrom, Instant now)
            throws UnwritableException, MessagingException {
        if (!MESSAGE_ID.matcher(message.messageId()).matches()) {
            throw new UnwritableException(
                    "The Message-ID must be 1 to 900 printable ASCII characters without blanks and angle brackets.");
        }
        var letter = new MimeLetter(session, message.messageId());
        letter.setFrom(address(message.from()));
        letter.setRecipient(RecipientType.TO, address(message.to()));
        letter.setSubject(message.subject(), UTF_8);
        letter.setSentDate(Date.from(now));
        letter.setHeader("Auto-Submitted", "auto-generated");
        for (var header : message.headers().entrySet()) {
            letter.further(header.getKey(), header.getValue());
        }
        letter.setBody(message);
        if (envelopeFrom != null) {
            letter.setEnvelopeFrom(envelopeFrom);
        }
        letter.saveChanges();
        return letter;
    }

    /** Returns whether an address needs SMTPUTF8 (RFC 6531): a domain can be written in ASCII, a local part cannot. */
    static boolean needsUtf8(MailMessage message) {
        return !isAscii(local(message.to().address()))
                || !isAscii(local(message.from().address()));
    }

    private static boolean isAscii(String text) {
        return text.chars().allMatch(c -> c < 0x80);
    }

    private static String local(String address) {
        return address.substring(0, address.lastIndexOf('@'));
    }

    private static InternetAddress address(Mailbox mailbox) throws UnwritableException {
        var at = mailbox.address().lastIndexOf('@');
        try {
            var domain = mailbox.address().substring(at + 1);
            var ascii = domain.startsWith("[") ? domain : IDN.toASCII(domain);
            var address = new InternetAddress(local(mailbox.address()) + "@" + ascii, true);
            if (mailbox.name() != null && !mailbox.name().isBlank()) {
                address.setPersonal(mailbox.name(), UTF_8);
            }
            return address;
        } catch (MessagingException | IllegalArgumentException e) {
            throw new UnwritableException("'" + mailbox.address() + "' is not a mail address: " + e.getMessage());
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("Every Java runtime has UTF-8", e);
        }
    }

    private void further(String name, String value) throws UnwritableException, MessagingException {
        var key = name.toLowerCase(Locale.ROOT);
        if (OWN.contains(key) || key.startsWith("content-")) {
            throw new UnwritableException("The header " + name + " is written by the transport; it cannot be given.");
        }
        try {
            setHeader(name, MimeUtility.fold(name.length() + 2, MimeUtility.encodeText(value, UTF_8, null)));
        } catch (UnsupportedEncodingException e) {
            throw new IllegalStateException("Every Java runtime has UTF-8", e);
        }
    }

    private void setBody(MailMessage message) throws MessagingException {
        if (message.html() == null) {
            setText(body(message.text()), UTF_8);
            return;
        }
        var text = new MimeBodyPart();
        text.setText(body(message.text()), UTF_8);
        var html = new MimeBodyPart();
        html.setText(body(message.html()), UTF_8, "html");
        // The last alternative is the one a reader should prefer (RFC 2046 section 5.1.4).
        setContent(new MimeMultipart("alternative", text, html));
    }

    /** No mail may have a U+0000 (RFC 5322 section 4). */
    private static String body(String text) {
        return text.replace('\0', '\uFFFD');
    }

    @Override
    protected void updateMessageID() throws MessagingException {
        setHeader("Message-ID", "<" + messageId + ">");
    }
}
