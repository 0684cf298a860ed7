package dev.seneschal.gateway.http;

import dev.seneschal.api.http.Problem;
import java.net.URI;
import java.util.Map;
import java.util.Set;

/**
 * Refuses what another site made a browser send: browsers add remembered Basic credentials to such requests by themselves.
 */
final class CrossSite {

    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> OWN = Set.of("same-origin", "none");

    private CrossSite() {}

    static void check(String method, Map<String, String> headers) {
        if (SAFE.contains(method)) {
            return;
        }
        var site = headers.get("sec-fetch-site");
        var origin = headers.get("origin");
        var foreign = site != null ? !OWN.contains(site) : origin != null && !isOf(origin, headers.get("host"));
        if (foreign) {
            throw new Problem(403, "A page of another site may not change anything here.");
        }
    }

    private static boolean isOf(String origin, String host) {
        try {
            return URI.create(origin).getRawAuthority() != null
                    && URI.create(origin).getRawAuthority().equalsIgnoreCase(host);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
