package dev.seneschal.notification.workflow;

/**
 * Sends one mail.
 *
 * @param template the template's name; its version is that of the moment the event came
 * @param to the recipient
 */
record MailAction(String template, Recipient to) {}
