package dev.seneschal.realtime.hub;

import java.time.Duration;
import java.util.Set;

/**
 * Bounds of the channels.
 *
 * @param memoryNamespaces namespaces, the part of a name before its first colon, whose history is in memory only
 * @param historySize publications kept in memory per channel: all there is for a memory channel, a cache for others
 * @param historyBytes how much memory these may occupy per channel
 * @param recoverySize most publications that one recovery may bring
 * @param recoveryBytes how much memory these may occupy
 * @param pageSize most publications that one request for history brings
 * @param pageBytes how much memory these may occupy
 * @param maxChannels most channels on this node
 * @param linger how long a channel without subscribers is kept, so that who comes back finds its history in memory
 */
public record HubSettings(
        Set<String> memoryNamespaces,
        int historySize,
        int historyBytes,
        int recoverySize,
        int recoveryBytes,
        int pageSize,
        int pageBytes,
        int maxChannels,
        Duration linger) {

    boolean inMemory(String channel) {
        int colon = channel.indexOf(':');
        return colon > 0 && memoryNamespaces.contains(channel.substring(0, colon));
    }
}
