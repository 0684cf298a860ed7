package dev.seneschal.notification.sandbox;

import java.util.Objects;

/**
 * What an author wrote.
 *
 * @param subject the subject's template
 * @param text the plain text's template
 * @param html the HTML's template, or null
 */
public record TemplateSource(String subject, String text, String html) {

    /** Checks presence. */
    public TemplateSource {
        Objects.requireNonNull(subject, "subject");
        Objects.requireNonNull(text, "text");
    }
}
