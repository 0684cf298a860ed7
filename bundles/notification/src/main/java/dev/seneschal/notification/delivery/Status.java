package dev.seneschal.notification.delivery;

import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Where a delivery stands. All but the first two are final. */
public enum Status {
    /** Decided; waits to be sent, for the first time or again. */
    PENDING,
    /** Handed to a transport, whose answer is not known yet. */
    SENDING,
    /** The next hop took responsibility for it. */
    DELIVERED,
    /** The next hop took it and it came back. */
    BOUNCED,
    /** It could not be sent; the reason is kept. */
    FAILED,
    /** It was not to be sent; the reason is kept. */
    SUPPRESSED,
    /** It was too late to send it. */
    EXPIRED,
    /** It may have been sent: the connection or the host broke off while it was. It is not sent again by itself. */
    UNKNOWN;

    /** Returns the name that rows and clients see. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the status of that label. */
    public static Optional<Status> of(String label) {
        return Stream.of(values())
                .filter(status -> status.label().equals(label))
                .findFirst();
    }
}
