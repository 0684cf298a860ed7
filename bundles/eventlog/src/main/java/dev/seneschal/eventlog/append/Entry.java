package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.CloudEvent;
import dev.seneschal.eventlog.channel.ChannelName;
import java.util.UUID;

/**
 * A checked event on its way into the log.
 *
 * @param event what the producer stated
 * @param channel where it goes
 * @param key what makes it the same event when it comes again
 * @param extensions the extensions to store, as JSON, or null if the columns say it all
 * @param adminSession the administrator's session it names, or null
 */
record Entry(CloudEvent event, ChannelName channel, UUID key, String extensions, UUID adminSession) {}
