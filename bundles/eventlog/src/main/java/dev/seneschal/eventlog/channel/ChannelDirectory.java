package dev.seneschal.eventlog.channel;

import dev.seneschal.api.storage.Storage;
import dev.seneschal.api.tenant.TenantId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;

/** Finds and creates channels, and remembers those it has seen: their rows never go. Safe for use by any thread. */
public final class ChannelDirectory {

    /** How many channels are remembered before all are forgotten; a look-up finds them again. */
    private static final int CAPACITY = 50_000;

    private static final String BY_NAME =
            """
            SELECT c.id, c.tenant_id, c.channel, c.epoch
              FROM unnest(:tenants, :names) AS n (tenant_id, channel)
              JOIN event_channels c USING (tenant_id, channel)""";

    private static final String BY_ID =
            """
            SELECT id, tenant_id, channel, epoch
              FROM event_channels
             WHERE id = ANY (:ids)""";

    /** A tenant that does not exist gets no row; the order keeps two nodes from waiting for each other in a circle. */
    private static final String CREATE =
            """
            INSERT INTO event_channels (tenant_id, channel, epoch)
            SELECT t.id, n.channel, l.epoch
              FROM unnest(:tenants, :names) AS n (tenant_id, channel)
              JOIN tenants t ON t.id = n.tenant_id
             CROSS JOIN event_log l
             ORDER BY t.id, n.channel
                ON CONFLICT (tenant_id, channel) DO NOTHING""";

    private final Storage storage;
    private final Map<ChannelName, Channel> byName = new ConcurrentHashMap<>();
    private final Map<Long, Channel> byId = new ConcurrentHashMap<>();

    /** Starts with nothing remembered. */
    public ChannelDirectory(Storage storage) {
        this.storage = storage;
    }

    /** Returns the channel if it has a row. */
    public Optional<Channel> find(ChannelName name) {
        var known = byName.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        storage.tenant(name.tenant()).<RuntimeException>run(handle -> remember(byNames(handle, List.of(name))));
        return Optional.ofNullable(byName.get(name));
    }

    /** Returns the channels, creating those that have no row; without those whose tenant does not exist. */
    public Map<ChannelName, Channel> ensure(Set<ChannelName> names) {
        var missing = new LinkedHashSet<ChannelName>();
        var found = new HashMap<ChannelName, Channel>();
        for (var name : names) {
            var known = byName.get(name);
            if (known == null) {
                missing.add(name);
            } else {
                found.put(name, known);
            }
        }
        if (missing.isEmpty()) {
            return found;
        }
        var created = storage.system().<List<Channel>, RuntimeException>write(handle -> {
            handle.createUpdate(CREATE)
                    .bindArray("tenants", String.class, tenants(missing))
                    .bindArray("names", String.class, names(missing))
                    .execute();
            return byNames(handle, missing);
        });
        remember(created);
        created.forEach(channel -> found.put(channel.name(), channel));
        return found;
    }

    /** Returns the channels of these rows. */
    public Map<Long, Channel> byIds(Collection<Long> ids) {
        var found = new HashMap<Long, Channel>();
        var missing = new LinkedHashSet<Long>();
        for (var id : ids) {
            var known = byId.get(id);
            if (known == null) {
                missing.add(id);
            } else {
                found.put(id, known);
            }
        }
        if (!missing.isEmpty()) {
            var loaded = storage.system().<List<Channel>, RuntimeException>read(handle -> handle.createQuery(BY_ID)
                    .bindArray("ids", Long.class, List.copyOf(missing))
                    .map(ChannelDirectory::channel)
                    .list());
            remember(loaded);
            loaded.forEach(channel -> found.put(channel.id(), channel));
        }
        return found;
    }

    private static List<Channel> byNames(Handle handle, Collection<ChannelName> names) {
        return handle.createQuery(BY_NAME)
                .bindArray("tenants", String.class, tenants(names))
                .bindArray("names", String.class, names(names))
                .map(ChannelDirectory::channel)
                .list();
    }

    private static List<String> tenants(Collection<ChannelName> names) {
        return names.stream().map(name -> name.tenant().value()).toList();
    }

    private static List<String> names(Collection<ChannelName> names) {
        return names.stream().map(ChannelName::name).toList();
    }

    private static Channel channel(ResultSet row, StatementContext context) throws SQLException {
        var name = new ChannelName(new TenantId(row.getString("tenant_id")), row.getString("channel"));
        return new Channel(row.getLong("id"), name, row.getString("epoch"));
    }

    private void remember(List<Channel> channels) {
        if (byName.size() + channels.size() > CAPACITY) {
            byName.clear();
            byId.clear();
        }
        for (var channel : channels) {
            byName.put(channel.name(), channel);
            byId.put(channel.id(), channel);
        }
    }
}
