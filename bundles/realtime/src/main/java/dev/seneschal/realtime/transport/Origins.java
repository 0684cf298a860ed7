package dev.seneschal.realtime.transport;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether a page may open a connection. Browsers send their cached credentials with a WebSocket handshake whatever
 * page asks for it, so the page's origin has to be that of the host itself, or one that is configured.
 */
public final class Origins {

    private static final Logger LOG = LoggerFactory.getLogger(Origins.class);

    /** Refused origins are logged once each, up to this number. */
    private static final int LOGGED = 100;

    private final Set<String> allowed;
    private final Set<String> refused = ConcurrentHashMap.newKeySet();

    /** Allows these beside the host's own. */
    public Origins(Set<String> allowed) {
        this.allowed = allowed;
    }

    /**
     * Returns whether the request may proceed.
     *
     * @param origin the {@code Origin} header; null for a caller that is not a browser, which is allowed
     * @param host the {@code Host} header
     */
    public boolean allow(String origin, String host) {
        if (origin == null || allowed.contains(origin) || isSame(origin, host)) {
            return true;
        }
        if (refused.size() < LOGGED && refused.add(origin)) {
            LOG.warn(
                    "Refused a connection from another origin. origin={} host={} To allow it, add the origin to"
                            + " allowedOrigins of dev.seneschal.realtime; behind a proxy, let the proxy pass Host on.",
                    origin,
                    host);
        }
        return false;
    }

    private static boolean isSame(String origin, String host) {
        if (host == null) {
            return false;
        }
        try {
            var uri = URI.create(origin);
            return uri.getScheme() != null
                    && uri.getRawAuthority() != null
                    && withPort(uri.getRawAuthority(), uri.getScheme()).equals(withPort(host, uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String withPort(String authority, String scheme) {
        var lower = authority.toLowerCase(Locale.ROOT);
        boolean hasPort = lower.lastIndexOf(':') > lower.lastIndexOf(']');
        return hasPort ? lower : lower + (scheme.equals("https") ? ":443" : ":80");
    }
}
