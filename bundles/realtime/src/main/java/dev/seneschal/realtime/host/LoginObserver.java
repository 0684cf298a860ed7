package dev.seneschal.realtime.host;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.event.Event;
import org.osgi.service.event.EventHandler;
import org.osgi.service.event.propertytypes.EventTopics;

/**
 * Reports logins through the container's realm: at the shell, over SSH and JMX, and by Basic authentication over HTTP, where
 * every single request is a login. So a success is reported once per user and minute.
 *
 * <p>Karaf's realm publishes them unless {@code audit.eventadmin.enabled} in {@code org.apache.karaf.jaas} says otherwise.
 */
@Component
@EventTopics({LoginObserver.SUCCESS, LoginObserver.FAILURE})
public final class LoginObserver implements EventHandler {

    static final String SUCCESS = "org/apache/karaf/login/SUCCESS";
    static final String FAILURE = "org/apache/karaf/login/FAILURE";

    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final int REMEMBERED = 1_000;
    private static final int LONGEST_NAME = 255;

    private final HostEvents events;
    private final Clock clock;
    private final Map<String, Instant> reported = new LinkedHashMap<>();

    /** Reports to these events. */
    @Activate
    public LoginObserver(@Reference HostEvents events) {
        this(events, Clock.systemUTC());
    }

    LoginObserver(HostEvents events, Clock clock) {
        this.events = events;
        this.clock = clock;
    }

    @Override
    public void handleEvent(Event event) {
        var user = event.getProperty("username") instanceof String name ? shortened(name) : "";
        boolean success = event.getTopic().equals(SUCCESS);
        if (!success || isNews(user)) {
            events.report(
                    "login",
                    success ? "succeeded" : "failed",
                    null,
                    events.data().put("user", user));
        }
    }

    private static String shortened(String name) {
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    private synchronized boolean isNews(String user) {
        var now = clock.instant();
        reported.values().removeIf(at -> at.plus(QUIET).isBefore(now));
        if (reported.containsKey(user)) {
            return false;
        }
        if (reported.size() < REMEMBERED) {
            reported.put(user, now);
        }
        return true;
    }
}
