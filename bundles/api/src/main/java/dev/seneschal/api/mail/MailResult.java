package dev.seneschal.api.mail;

/** How far a message came. */
public sealed interface MailResult {

    /**
     * The next hop took responsibility.
     *
     * @param provider the transport's name
     * @param reply the server's reply
     */
    record Accepted(String provider, String reply) implements MailResult {}

    /**
     * The next hop certainly did not take it; trying again later may help (4yz, or no connection).
     *
     * @param reason the reply or the failure
     */
    record Deferred(String reason) implements MailResult {}

    /**
     * The next hop refused it for good (5yz).
     *
     * @param reason the reply
     */
    record Refused(String reason) implements MailResult {}

    /**
     * The connection broke after DATA: it may have been taken. Sending again may send twice.
     *
     * @param reason the failure
     */
    record Unknown(String reason) implements MailResult {}
}
