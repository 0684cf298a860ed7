package dev.seneschal.api.mail;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Carries messages away. Of several, the one with the highest service ranking is used. Safe for use by any thread.
 */
@ProviderType
public interface MailTransport {

    /** Returns a name for operators, such as {@code smtp mail.example.org:587}. */
    String name();

    /** Hands the message over, or says exactly how far it came. Blocks; interruptible before DATA. */
    MailResult send(MailMessage message);
}
