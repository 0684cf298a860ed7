package dev.seneschal.realtime.namespace;

import java.time.Duration;
import java.util.Set;

/**
 * What holds for the channels of one namespace. Options have Centrifugo's names where they mean the same, with underscores:
 * {@code history_size} is {@link History#size}.
 *
 * @param name the part of the channels' names before the first colon; empty for channels without a namespace
 * @param broker where publications are kept and how they reach other nodes
 * @param history how much of a channel's past there is, and how a client that returns is brought up to date
 * @param audience what subscribers learn of each other
 * @param delivery how publications are written
 * @param rules who may do what
 */
public record Namespace(
        String name, Broker broker, History history, Audience audience, Delivery delivery, Rules rules) {

    /** Where publications are kept. */
    public enum Broker {
        /** In this node's memory; gone with it. */
        MEMORY,
        /** In the event log; on every node, and still there after a restart. */
        POSTGRES
    }

    /** How a client that returns is brought up to date. */
    public enum RecoveryMode {
        /** It gets all it has missed, in order. */
        STREAM,
        /** It gets the newest publication only. */
        CACHE
    }

    /** What becomes of a client that reads more slowly than is published. */
    public enum SlowPolicy {
        /** It is disconnected, and recovers what it missed when it returns. */
        ALL,
        /** It gets the newest publication of each key, and learns how old that is. */
        LATEST
    }

    /**
     * A channel's past.
     *
     * @param size {@code history_size}: publications kept, 0 for none
     * @param ttl {@code history_ttl}: for how long
     * @param forcePositioning {@code force_positioning}: clients are told when they missed something, asked for or not
     * @param forceRecovery {@code force_recovery}: clients recover, asked for or not
     * @param recoveryMode {@code force_recovery_mode}
     */
    public record History(
            int size, Duration ttl, boolean forcePositioning, boolean forceRecovery, RecoveryMode recoveryMode) {}

    /**
     * What subscribers learn of each other.
     *
     * @param presence {@code presence}: who is subscribed is kept and can be asked for
     * @param joinLeave {@code join_leave}: joins and leaves are published to subscribers that ask for them
     * @param forcePushJoinLeave {@code force_push_join_leave}: to all subscribers
     */
    public record Audience(boolean presence, boolean joinLeave, boolean forcePushJoinLeave) {}

    /**
     * How publications are written.
     *
     * @param allowedDeltaTypes {@code allowed_delta_types}: {@code fossil} or none
     * @param allowTagsFilter {@code allow_tags_filter}: a client may ask for the publications with certain tags only
     * @param slow {@code slow_policy}: for clients that are too slow
     */
    public record Delivery(Set<String> allowedDeltaTypes, boolean allowTagsFilter, SlowPolicy slow) {}

    /**
     * Who may do what. A flag opens an act to a kind of client; the expression has to hold for the caller as well.
     *
     * @param subscribe {@code allow_subscribe_for_client}, {@code allow_subscribe_for_anonymous}, {@code subscribe_permission}
     * @param publish {@code allow_publish_for_client}, {@code …_subscriber}, {@code …_anonymous}, {@code publish_permission}
     * @param history {@code allow_history_for_client}, {@code …_subscriber}, {@code …_anonymous}, {@code history_permission}
     * @param presence {@code allow_presence_for_client}, {@code …_subscriber}, {@code …_anonymous},
     *     {@code presence_permission}
     */
    public record Rules(Rule subscribe, Rule publish, Rule history, Rule presence) {}

    /**
     * Who may do one thing.
     *
     * @param client any client that has said who it is
     * @param subscriber a client that is subscribed to the channel
     * @param anonymous a client that has not said who it is
     * @param permission what a client that has said who it is must be allowed, besides
     */
    public record Rule(boolean client, boolean subscriber, boolean anonymous, PermissionExpression permission) {}
}
