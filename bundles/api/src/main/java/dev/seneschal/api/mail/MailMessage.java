package dev.seneschal.api.mail;

import dev.seneschal.api.tenant.TenantId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * A message to one recipient. Its constructor is the gate for every header: no value of this type carries a control
 * character in a header, so no transport needs to look again.
 *
 * @param tenant on whose behalf it is sent
 * @param messageId the Message-ID without angle brackets, stable over retries (RFC 5322 section 3.6.4)
 * @param from the author's mailbox
 * @param to the recipient's mailbox
 * @param subject the subject
 * @param text the plain text part
 * @param html the HTML part, or null
 * @param headers further headers by name, in order
 */
public record MailMessage(
        TenantId tenant,
        String messageId,
        Mailbox from,
        Mailbox to,
        String subject,
        String text,
        String html,
        Map<String, String> headers) {

    /** Copies the headers and refuses control characters in every header. */
    public MailMessage {
        Objects.requireNonNull(tenant, "tenant");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(text, "text");
        HeaderGate.check("Message-ID", Objects.requireNonNull(messageId, "messageId"));
        HeaderGate.check("Subject", Objects.requireNonNull(subject, "subject"));
        headers.forEach((name, value) -> {
            HeaderGate.checkName(name);
            HeaderGate.check(name, value);
        });
        headers = Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /**
     * A mailbox as RFC 5322 section 3.4 has it.
     *
     * @param address {@code local@domain}, at most 254 characters
     * @param name the display name, or null
     */
    public record Mailbox(String address, String name) {

        /** Refuses control characters and an address that is not of the form {@code local@domain}. */
        public Mailbox {
            HeaderGate.check("address", Objects.requireNonNull(address, "address"));
            if (name != null) {
                HeaderGate.check("display name", name);
            }
            int at = address.lastIndexOf('@');
            if (at < 1 || at == address.length() - 1 || address.length() > 254 || address.indexOf(' ') >= 0) {
                throw new InvalidMailException("address", "'" + address + "' is not a mail address.");
            }
        }

        @Override
        public String toString() {
            return name == null ? address : name + " <" + address + ">";
        }
    }
}
