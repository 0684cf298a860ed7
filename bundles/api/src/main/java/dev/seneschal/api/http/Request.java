package dev.seneschal.api.http;

import dev.seneschal.api.access.Caller;
import dev.seneschal.api.tenant.TenantId;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request, read whole, authenticated and authorised.
 *
 * @param method the HTTP method
 * @param path the path, decoded
 * @param variables the path's variables by name, decoded
 * @param query the query's parameters by name, decoded
 * @param headers the first value of each header, by lower-case name
 * @param body the body, at most the gateway's limit; empty if there is none
 * @param caller who asks; null only on a route open to everyone
 * @param tenant the tenant they act for: of header {@code Seneschal-Tenant}, else the caller's only one, else the default
 */
public record Request(
        String method,
        String path,
        Map<String, String> variables,
        Map<String, List<String>> query,
        Map<String, String> headers,
        byte[] body,
        Caller caller,
        TenantId tenant) {

    /** Returns the first value of a query parameter. */
    public Optional<String> parameter(String name) {
        return Optional.ofNullable(query.get(name)).map(values -> values.get(0));
    }

    /** Returns a header by name, whatever its case. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }
}
