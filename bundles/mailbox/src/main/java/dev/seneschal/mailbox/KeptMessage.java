package dev.seneschal.mailbox;

import dev.seneschal.api.mail.MailMessage.Mailbox;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * A message in the mailbox.
 *
 * @param envelope what a list shows
 * @param headers further headers by name, in order
 * @param text the plain text part
 * @param html the HTML part, or null
 */
record KeptMessage(Envelope envelope, Map<String, String> headers, String text, String html) {

    /**
     * What a list shows of a message.
     *
     * @param id its identifier
     * @param messageId the Message-ID without angle brackets
     * @param from the author's mailbox
     * @param to the recipient's mailbox
     * @param subject the subject
     * @param keptAt when it was handed over
     * @param copies how many messages with this Message-ID are kept; more than one is a double send
     */
    record Envelope(UUID id, String messageId, Mailbox from, Mailbox to, String subject, Instant keptAt, int copies) {}
}
