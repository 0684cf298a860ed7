package dev.seneschal.storage.pool;

import dev.seneschal.api.storage.Storage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears PostgreSQL's NOTIFY on one connection of its own and passes it on. {@link #listen} may be called from any thread;
 * callbacks run on the listener's thread. Reconnects by itself and then calls everyone once.
 */
public final class Notifications implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

    /** How long one wait for notifications lasts; a new LISTEN or a stop is seen after this at the latest. */
    private static final int WAIT_MILLIS = 100;

    private static final int RECONNECT_MILLIS = 500;

    /** How often a silent connection is asked whether it is still one: a lost route says nothing either. */
    private static final long CHECK_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Connections connections;
    private final Map<String, List<Subscription>> subscriptions = new ConcurrentHashMap<>();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /** Prepares; {@link #start} begins to hear. */
    public Notifications(Connections connections) {
        this.connections = connections;
        this.thread = new Thread(this::run, "seneschal-listen");
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(ClassLoader.getSystemClassLoader());
    }

    /** Starts the listener's thread, once. */
    public void start() {
        thread.start();
    }

    Storage.Listening listen(String channel, Consumer<String> callback) {
        if (!channel.matches("[a-z][a-z0-9_]{0,62}")) {
            throw new IllegalArgumentException("Not a notification channel: " + channel);
        }
        var subscription = new Subscription(channel, callback);
        subscriptions
                .computeIfAbsent(channel, name -> new CopyOnWriteArrayList<>())
                .add(subscription);
        return subscription;
    }

    private void run() {
        while (!isStopped(0)) {
            try (var connection = connections.open()) {
                hear(connection);
            } catch (SQLException e) {
                LOG.debug("The listener lost its connection and reconnects", e);
                if (isStopped(RECONNECT_MILLIS)) {
                    return;
                }
            }
        }
    }

    private boolean isStopped(int waitMillis) {
        try {
            return stop.await(waitMillis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    private void hear(Connection connection) throws SQLException {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        var postgres = connection.unwrap(PGConnection.class);
        long checked = System.nanoTime();
        while (!isStopped(0)) {
            for (var channel : subscriptions.keySet()) {
                if (heard.add(channel)) {
                    try (var statement = connection.createStatement()) {
                        statement.execute("LISTEN " + channel);
                    }
                    call(channel, "");
                }
            }
            if (System.nanoTime() - checked > CHECK_NANOS) {
                if (!connection.isValid(1)) {
                    throw new SQLException("The server does not answer");
                }
                checked = System.nanoTime();
            }
            var arrived = postgres.getNotifications(WAIT_MILLIS);
            if (arrived != null) {
                for (var notification : arrived) {
                    call(notification.getName(), notification.getParameter());
                }
            }
        }
    }

    private void call(String channel, String payload) {
        for (var subscription : subscriptions.getOrDefault(channel, List.of())) {
            subscription.call(payload);
        }
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Subscription implements Storage.Listening {

        private final String channel;
        private final Consumer<String> callback;
        private final ReentrantLock calling = new ReentrantLock();
        private boolean closed;

        Subscription(String channel, Consumer<String> callback) {
            this.channel = channel;
            this.callback = callback;
        }

        void call(String payload) {
            calling.lock();
            try {
                if (!closed) {
                    callback.accept(payload);
                }
            } catch (RuntimeException e) {
                LOG.warn("A listener failed: channel={}", channel, e);
            } finally {
                calling.unlock();
            }
        }

        @Override
        public void close() {
            calling.lock();
            try {
                closed = true;
            } finally {
                calling.unlock();
            }
            subscriptions.computeIfPresent(channel, (name, list) -> {
                list.remove(this);
                return list;
            });
        }
    }
}
