package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.eventlog.channel.ChannelName;
import java.util.UUID;

/**
 * A checked event on its way into the log. What the table takes as text is made here, on the caller's thread: the writer's
 * thread is what bounds the rate of all.
 *
 * @param id the row's UUIDv7
 * @param event what the producer stated
 * @param channel where it goes
 * @param key the UUID that makes it the same event when it comes again
 * @param time when it happened, or null
 * @param extensions the extensions to store, as JSON, or null if the columns say it all
 * @param adminSession the administrator's session it names, or null
 */
record Entry(
        String id,
        CloudEvent event,
        ChannelName channel,
        String key,
        String time,
        String extensions,
        UUID adminSession) {}
