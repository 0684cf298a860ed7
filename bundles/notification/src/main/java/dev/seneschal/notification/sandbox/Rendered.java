package dev.seneschal.notification.sandbox;

/**
 * What a template came to.
 *
 * @param subject the subject: one line without control characters
 * @param text the plain text
 * @param html the HTML, or null if the template has none
 */
public record Rendered(String subject, String text, String html) {}
