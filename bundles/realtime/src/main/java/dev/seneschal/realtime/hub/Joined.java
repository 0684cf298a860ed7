package dev.seneschal.realtime.hub;

import java.util.List;

/**
 * How a subscription began.
 *
 * @param epoch names the channel's history
 * @param offset where the client stands before {@code missed}: the position it gave if that was recovered, else the top
 * @param recovery whether the position it gave was recovered
 * @param missed the publications after {@code offset}, without gaps, up to where live ones begin
 * @param membership ends the subscription
 */
public record Joined(String epoch, long offset, Recovery recovery, List<Publication> missed, Membership membership) {

    /** Whether a position was recovered. */
    public enum Recovery {
        /** None was given. */
        NOT_ASKED,
        /** Everything after the position follows. */
        RECOVERED,
        /** The position is of another history, or too far back. */
        UNRECOVERABLE
    }

    /** Returns the offset of the last publication that the client has with this answer: live ones follow it. */
    public long position() {
        return missed.isEmpty() ? offset : missed.get(missed.size() - 1).offset();
    }

    /** A subscriber's place in a channel. */
    @FunctionalInterface
    public interface Membership {
        /** Leaves; no call to the subscriber begins after it has returned. */
        void leave();
    }
}
