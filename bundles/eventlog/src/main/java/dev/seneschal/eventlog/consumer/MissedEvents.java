package dev.seneschal.eventlog.consumer;

import dev.seneschal.eventlog.channel.Channel;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts events that were removed from the log before a consumer had seen them. Safe for use by any thread. */
public final class MissedEvents {

    private static final Logger LOG = LoggerFactory.getLogger(MissedEvents.class);

    private final LongAdder count = new LongAdder();

    /** Notes that a consumer has passed over events between two offsets of the channel. */
    void note(String consumer, Channel channel, long missed, long after, long upTo) {
        count.add(missed);
        LOG.warn(
                "Events were removed before a consumer had seen them: consumer={} tenant={} channel={} missed={}"
                        + " offsets={}-{}",
                consumer,
                channel.tenant(),
                channel.name().name(),
                missed,
                after + 1,
                upTo);
    }

    /** Returns how many events were missed, by all consumers of this node. */
    public long count() {
        return count.sum();
    }
}
