package dev.seneschal.eventlog.append;

import dev.seneschal.api.event.Position;
import dev.seneschal.api.storage.Storage;
import dev.seneschal.eventlog.channel.Channel;
import dev.seneschal.eventlog.channel.ChannelName;
import dev.seneschal.eventlog.channel.Signals;
import dev.seneschal.eventlog.partition.Partitions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;

/**
 * Writes requests to the table, as many as it is given in one transaction. Not thread safe: the log's writer thread owns
 * it.
 *
 * <p>It expects events to be new and finds out by the primary key of {@code event_keys} when one is not; then, and for a
 * while after, it looks the keys up first. That is cheaper than ON CONFLICT for each row of the usual case.
 */
final class GroupWriter {

    private static final String UNIQUE_VIOLATION = "23505";
    private static final String CHECK_VIOLATION = "23514";
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final String LOCK_TIMEOUT = "55P03";
    private static final int ATTEMPTS = 5;

    /** For how many groups after a duplicate the keys are looked up first. */
    private static final int WARY_GROUPS = 50;

    private static final String KNOWN_KEYS =
            """
            SELECT k.key, c.channel, c.epoch, k."offset"
              FROM event_keys k
              JOIN event_channels c ON c.id = k.channel_id
             WHERE k.key = ANY (CAST(:keys AS uuid[]))""";

    private static final String SESSIONS =
            "SELECT id, tenant_id FROM admin_sessions WHERE id = ANY (:ids) FOR KEY SHARE";

    private final Storage storage;
    private final Partitions partitions;
    private final Signals signals;
    private final Consumer<Map<Long, Long>> committed;
    private int wary;

    /** @param committed takes the new last offset of each channel after a commit, before any caller hears of it */
    GroupWriter(Storage storage, Partitions partitions, Signals signals, Consumer<Map<Long, Long>> committed) {
        this.storage = storage;
        this.partitions = partitions;
        this.signals = signals;
        this.committed = committed;
    }

    /**
     * Writes all or none of the requests.
     *
     * @return the positions of each request's events
     * @throws ChannelsHeldException if another transaction holds some of their channels
     * @throws RuntimeException for every other {@link Fault}
     */
    List<List<Position>> write(List<Request> requests, Map<ChannelName, Channel> channels) {
        for (int attempt = 1; ; attempt++) {
            var at = new Instant[1];
            try {
                var changed = new HashMap<Long, Long>();
                var positions = storage.system()
                        .<List<List<Position>>, RuntimeException>write(
                                handle -> insert(handle, requests, channels, changed, at));
                if (!changed.isEmpty()) {
                    committed.accept(changed);
                    signals.changed(changed.keySet());
                }
                wary = Math.max(0, wary - 1);
                return positions;
            } catch (RuntimeException e) {
                if (Fault.state(e).equals(LOCK_TIMEOUT)) {
                    rethrowIfHeld(involved(requests, channels), e);
                }
                if (attempt == ATTEMPTS || !canMend(e, at[0])) {
                    throw e;
                }
            }
        }
    }

    private void rethrowIfHeld(Set<Long> channels, RuntimeException failure) {
        var held = storage.system().<Set<Long>, RuntimeException>write(handle -> {
            try {
                return Heads.held(handle.getConnection(), channels);
            } catch (SQLException e) {
                throw new WriteFailure(e);
            }
        });
        if (!held.isEmpty()) {
            throw new ChannelsHeldException(held, failure);
        }
    }

    private boolean canMend(RuntimeException failure, Instant at) {
        switch (Fault.state(failure)) {
            case UNIQUE_VIOLATION -> wary = WARY_GROUPS;
            case CHECK_VIOLATION -> partitions.ensureFor(at);
            case FOREIGN_KEY_VIOLATION -> {
                // A session that was deleted after it was looked up; the next look does not find it.
            }
            default -> {
                return Fault.of(failure) == Fault.LOST;
            }
        }
        return true;
    }

    private List<List<Position>> insert(
            Handle handle,
            List<Request> requests,
            Map<ChannelName, Channel> channels,
            Map<Long, Long> changed,
            Instant[] at) {
        try {
            var involved = involved(requests, channels);
            var heads = Heads.lock(handle.getConnection(), involved);
            at[0] = heads.at().toInstant();
            var placed = wary > 0 ? known(handle, requests) : new HashMap<String, Position>();
            if (!placed.isEmpty()) {
                wary = WARY_GROUPS;
            }
            var sessions = sessions(handle, requests);
            var rows = new Rows(requests.stream().mapToInt(Request::size).sum());
            var answers = new ArrayList<List<Position>>(requests.size());
            for (var request : requests) {
                var answer = new ArrayList<Position>(request.size());
                for (var entry : request.entries()) {
                    var first = placed.get(entry.key());
                    if (first == null) {
                        var channel = channels.get(entry.channel());
                        long offset = heads.next(channel.id());
                        var name = channel.name().name();
                        placed.put(entry.key(), new Position(name, channel.epoch(), offset, true));
                        answer.add(new Position(name, channel.epoch(), offset, false));
                        rows.add(entry, channel, offset, session(entry, sessions));
                        changed.put(channel.id(), offset);
                    } else {
                        answer.add(first);
                    }
                }
                answers.add(answer);
            }
            if (!rows.isEmpty()) {
                rows.insert(handle.getConnection(), heads.at(), changed, signals.payload(changed.keySet()));
            }
            return answers;
        } catch (SQLException e) {
            throw new WriteFailure(e);
        }
    }

    /** Returns the channels of the requests. */
    static Set<Long> involved(List<Request> requests, Map<ChannelName, Channel> channels) {
        var involved = new LinkedHashSet<Long>();
        for (var request : requests) {
            for (var entry : request.entries()) {
                involved.add(channels.get(entry.channel()).id());
            }
        }
        return involved;
    }

    private static Map<String, Position> known(Handle handle, List<Request> requests) {
        var keys = requests.stream()
                .flatMap(request -> request.entries().stream())
                .map(Entry::key)
                .toList();
        var known = new HashMap<String, Position>();
        handle.createQuery(KNOWN_KEYS)
                .bindArray("keys", String.class, keys)
                .map((row, context) -> known.put(
                        row.getString(1), new Position(row.getString(2), row.getString(3), row.getLong(4), true)))
                .list();
        return known;
    }

    /** Returns the tenants of the sessions named; they cannot be deleted before the commit. */
    private static Map<UUID, String> sessions(Handle handle, List<Request> requests) {
        var named = new HashSet<UUID>();
        for (var request : requests) {
            for (var entry : request.entries()) {
                if (entry.adminSession() != null) {
                    named.add(entry.adminSession());
                }
            }
        }
        var tenants = new HashMap<UUID, String>();
        if (!named.isEmpty()) {
            handle.createQuery(SESSIONS)
                    .bindArray("ids", UUID.class, List.copyOf(named))
                    .map((row, context) -> tenants.put(row.getObject(1, UUID.class), row.getString(2)))
                    .list();
        }
        return tenants;
    }

    /** An event is linked to a session of its own tenant only; the attribute itself is kept in any case. */
    private static UUID session(Entry entry, Map<UUID, String> tenants) {
        var session = entry.adminSession();
        if (session == null) {
            return null;
        }
        return entry.channel().tenant().value().equals(tenants.get(session)) ? session : null;
    }
}
